/**
 * Makes `src/findings/generated/`: what `breakwater explain` shows of each finding, and which severities it may have. Both
 * are read from the fixtures of the tests, whose `expected.txt` the tests hold to what is printed.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Example, FindingRecord } from '../src/findings/explanations.ts';
import type { Severity } from '../src/findings/source-place.ts';

const ROOT = join(import.meta.dirname, '..');
const FIXTURES = join(ROOT, 'test', 'fixtures');
const OUTPUT = join(ROOT, 'src', 'findings', 'generated');

/** What is longer or wider than this, or is not for people to read, is not shown. */
const LINES_MAX = 30;
const COLUMNS_MAX = 120;
const SHOWN = /\.(ya?ml|txt|csv|json)$/;
const NOT_GIVEN = new Set(['expected.txt', 'env.json']);

/** One finding, as it is printed. */
type Block = { readonly severity: Severity; readonly code: string; readonly printed: string };

/** `code`: the finding that it is named for; some are named for none. */
type Fixture = { readonly folder: string; readonly code: string; readonly blocks: readonly Block[] };

/** A finding that no fixture shows is left out: a test tells of it. */
export function generateExamples(): void {
  const fixtures = listFixtures();
  const codes = new Set(fixtures.map(({ code }) => code));
  const records = Object.fromEntries(
    [...codes].flatMap((code) => {
      const record = recordOf(code, fixtures);
      return record === null ? [] : [[code, record] as const];
    }),
  );
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(join(OUTPUT, 'examples.json'), `${JSON.stringify(records, null, 2)}\n`);
}

function listFixtures(): readonly Fixture[] {
  return readdirSync(FIXTURES)
    .filter((kind) => kind.endsWith('diagnostics'))
    .flatMap((kind) =>
      readdirSync(join(FIXTURES, kind))
        .sort()
        .map((name) => readFixture(join(FIXTURES, kind, name), name)),
    );
}

/** A variant's name has more after a dot. */
function readFixture(folder: string, name: string): Fixture {
  const expected = join(folder, 'expected.txt');
  const printed = existsSync(expected) ? readFileSync(expected, 'utf8') : '';
  return { folder, code: name.split('.')[0] ?? '', blocks: splitBlocks(printed) };
}

/** There is an empty line between two findings, and none in one. */
function splitBlocks(text: string): readonly Block[] {
  return text.split(/(?<=\n)\n/).flatMap((printed) => {
    const [, severity, code = ''] = /^.*?: (error|warning)\[([\w-]+)\]: /.exec(printed) ?? [];
    return severity === undefined ? [] : [{ severity: severity as Severity, code, printed }];
  });
}

function recordOf(code: string, fixtures: readonly Fixture[]): FindingRecord | null {
  const all = fixtures.flatMap(({ blocks }) => blocks).filter((block) => block.code === code);
  const severities = [...new Set(all.map(({ severity }) => severity))].sort();
  const examples = fixtures.flatMap((fixture): readonly Example[] => {
    const block = fixture.code === code ? fixture.blocks.find((one) => one.code === code) : undefined;
    return block === undefined ? [] : [{ files: listFiles(fixture.folder), printed: block.printed }];
  });
  const example = examples.find(({ files }) => files.length > 0) ?? examples[0];
  return example === undefined ? null : { severities, example };
}

function listFiles(folder: string): Example['files'] {
  const given = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && SHOWN.test(entry.name) && !NOT_GIVEN.has(entry.name))
    .map(({ parentPath, name }) => join(parentPath, name))
    .sort((a, b) => rank(a) - rank(b))
    .map((path) => ({ path: path.slice(folder.length + 1), text: readFileSync(path, 'utf8') }))
    .filter(({ text }) => isShowable(text));
  const variables = Object.entries(readEnvironment(folder)).map(([name, value]) => `${name}=${value}\n`);
  return variables.length === 0 ? given : [...given, { path: 'the environment', text: variables.join('') }];
}

/** The plan first. */
function rank(path: string): number {
  return path.endsWith('/plan.yaml') ? 0 : 1;
}

function isShowable(text: string): boolean {
  const lines = text.split('\n');
  return (
    lines.length <= LINES_MAX &&
    lines.every((line) => line.length <= COLUMNS_MAX && !/[\u0000\ufffd]/.test(line))
  );
}

function readEnvironment(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, 'env.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}
