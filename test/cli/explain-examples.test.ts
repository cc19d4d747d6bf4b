/**
 * What `breakwater explain` shows of a finding is a fixture of the findings themselves. `src/cli/explain/examples.json` is
 * made here: after a change of fixtures or sentences, `npx vitest run test/cli/explain-examples.test.ts --update`.
 */
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { FindingRecord } from '../../src/cli/explain/findings.ts';
import { DIAGNOSTIC_CODES } from '../../src/diagnostics/catalogue.ts';
import type { DiagnosticCode } from '../../src/diagnostics/catalogue.ts';
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts';
import { listFixtures, loadFixture } from '../diagnostics/fixtures.ts';
import type { Fixture, Found } from '../diagnostics/fixtures.ts';
import { ROOT } from '../kit/command.ts';
import { loadScenarioFixture, loadSettingsFixture, readEnvironment } from '../settings/fixtures.ts';

const EXAMPLES = join(ROOT, 'src/cli/explain/examples.json');

/** What is longer or wider than this, or is not for people to read, is not shown. */
const LINES_MAX = 30;
const COLUMNS_MAX = 120;
const SHOWN = /\.(ya?ml|txt|csv|json)$/;
const NOT_GIVEN = new Set(['expected.txt', 'env.json']);

const LOADERS: Readonly<Record<string, (fixture: Fixture) => Found | Promise<Found>>> = {
  diagnostics: loadFixture,
  'settings-diagnostics': loadSettingsFixture,
  'scenario-diagnostics': loadScenarioFixture,
};

type Shown = { readonly fixture: Fixture; readonly found: Found };

async function loadAll(): Promise<readonly Shown[]> {
  const all = Object.entries(LOADERS).flatMap(([kind, load]) =>
    listFixtures(kind).map(async (fixture) => ({ fixture, found: await load(fixture) })),
  );
  return Promise.all(all);
}

function recordOf(code: DiagnosticCode, all: readonly Shown[]): FindingRecord {
  const having = all.filter(({ found }) => found.diagnostics.some((one) => one.code === code));
  const severities = new Set(
    having.flatMap(({ found }) =>
      found.diagnostics.filter((one) => one.code === code).map(({ severity }) => severity),
    ),
  );
  const shown = having.filter(({ fixture }) => fixture.code === code);
  const { fixture, found } = present(shown.find(hasFiles) ?? shown[0], `a fixture of ${code}`);
  const finding = present(
    found.diagnostics.find((one) => one.code === code),
    code,
  );
  const printed = renderDiagnostics([finding], found.sources, { colour: false });
  return { severities: [...severities].sort(), example: { files: listFiles(fixture.folder), printed } };
}

function hasFiles({ fixture }: Shown): boolean {
  return listFiles(fixture.folder).length > 0;
}

function listFiles(folder: string): FindingRecord['example']['files'] {
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

test('every finding is shown by one of the fixtures, as it is printed', async () => {
  const all = await loadAll();
  const records = Object.fromEntries(DIAGNOSTIC_CODES.map((code) => [code, recordOf(code, all)]));
  // Without this, a file that is missing would be written from what was found.
  expect(existsSync(EXAMPLES)).toBe(true);
  await expect(`${JSON.stringify(records, null, 2)}\n`).toMatchFileSnapshot(EXAMPLES);
});
