/** The tables of the pages have all that there is, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CODES } from '../../src/cli/explain/codes.ts';
import type { Kind } from '../../src/cli/explain/codes.ts';
import { HELP } from '../../src/cli/help.ts';
import { DEVICE_FILE_BYTES_MAX, DEVICES_MAX, PLAN_BYTES_MAX } from '../../src/plan/limits.ts';
import { CAUSES_OF_UNFINISHED } from '../../src/views/tables/situation-table.ts';
import { EXIT } from '../../src/views/tables/outcomes.ts';
import { REPORT_FORMATS } from '../../src/views/report/formats.ts';
import { renderReportCsv } from '../../src/views/report/render-csv.ts';
import { ROOT } from '../kit/command.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { firstCells, sectionOf } from '../kit/sections.ts';
import { entryOf } from '../views/reported.ts';
import { GENERATORS, rewriteGenerated } from '../../scripts/docs/generated.ts';
import { DOCUMENTS, TEXT } from './document.ts';

const codesOf = (kind: Kind) => CODES.filter((one) => one.kind === kind).map(({ code }) => code);

/** What stands in code, in the first column of the first table below that heading. */
function tableOf(title: string): readonly string[] {
  const [cells = []] = firstCells(sectionOf(TEXT, title));
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

test.each(DOCUMENTS.map(({ path, text }) => [path, text] as const))(
  'the generated parts of %s are what the code says',
  (_, text) => {
    expect(rewriteGenerated(text), '`npm run docs` makes them').toBe(text);
  },
);

test('all that can be generated is in some page', () => {
  const missing = Object.keys(GENERATORS).filter((name) => !TEXT.includes(`<!-- generated: ${name} -->`));
  expect(missing).toEqual([]);
});

test('every format of a report has its row, and a word in the help', () => {
  expect(tableOf('Reports').filter((code) => !code.startsWith('--'))).toEqual(REPORT_FORMATS);
  const told = [...HELP.report.description.matchAll(/`([^`]+)`/g)].map(([, code]) => code);
  expect(told).toEqual(expect.arrayContaining([...REPORT_FORMATS]));
});

test('every exit code has its row', () => {
  const [cells = []] = firstCells(sectionOf(TEXT, 'Exit codes'));
  expect(cells.map(Number)).toEqual(Object.values(EXIT));
});

test('the row of exit code 3 has all that it can be for', () => {
  const [, meaning = ''] = /^\| 3 \| (.*?) \| /m.exec(TEXT) ?? [];
  expect(meaning).toBe(`not finished, for one of these reasons: ${CAUSES_OF_UNFINISHED}`);
});

test('every column of a report in CSV has its row, in their order', () => {
  const [csv = ''] = renderReportCsv(entryOf(new ToldRollout(makePlan([makeWave('w', 1)]))));
  const [header = ''] = csv.split('\r\n');
  expect(tableOf('The columns of the CSV')).toEqual(header.split(','));
});

test('the limits are those that hold', () => {
  const mib = (bytes: number) => `${bytes / 1_048_576} MiB`;
  expect(TEXT).toContain(
    `A plan of ${mib(PLAN_BYTES_MAX)}, a device file of ${mib(DEVICE_FILE_BYTES_MAX)}, ${DEVICES_MAX.toLocaleString('en')} devices in a plan.`,
  );
});

test('every occasion of a hook has its row, with every reason that it is told', () => {
  const occasions = codesOf('occasion').map((point) => (point === 'gate' ? 'gates' : point));
  expect([...tableOf('Hooks and gates')].sort()).toEqual([...occasions].sort());
  const reasonsOf = (point: string) => {
    const [, when = ''] = new RegExp(`^\\| \`${point}\` \\| ([^|]*) \\|`, 'm').exec(TEXT) ?? [];
    return [...when.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  };
  expect(reasonsOf('onWait').toSorted()).toEqual(codesOf('wait-reason').toSorted());
  expect(reasonsOf('onStop').toSorted()).toEqual(codesOf('stop-reason').toSorted());
});

test('every program that the tests install is named', () => {
  const script = readFileSync(join(ROOT, 'scripts/install-test-tools.sh'), 'utf8');
  const inLoop = (/for tool in ([^;]+);/.exec(script)?.[1] ?? '').split(' ');
  const packages = [...script.matchAll(/missing\+=\(([\w-]+)\)/g)].map(([, name = '']) => name);
  const contributing = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
  const sentence = /^`npm run test:all` needs .*$/m.exec(contributing)?.[0] ?? '';
  const isNamed = (name: string) => sentence.includes(`\`${CALLED[name] ?? name}\``);
  const all = [...inLoop, ...packages].filter((name) => name !== 'bash');
  expect(all.filter((name) => !isNamed(name))).toEqual([]);
});

/** Debian's packages that are called otherwise than the program that they bring. */
const CALLED: Readonly<Record<string, string>> = { 'libxml2-utils': 'xmllint', bsdutils: 'script' };
