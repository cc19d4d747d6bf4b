/** The tables of the README have all that there is, and nothing else. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CODES } from '../../src/cli/explain/codes.ts';
import type { Kind } from '../../src/cli/explain/codes.ts';
import { SCHEMAS } from '../../src/cli/schema-names.ts';
import { DEVICE_FILE_BYTES_MAX, DEVICES_MAX, PLAN_BYTES_MAX } from '../../src/plan/limits.ts';
import { CAUSES_OF_UNFINISHED } from '../../src/views/tables/situation-table.ts';
import { EXIT } from '../../src/views/tables/outcomes.ts';
import { renderReportCsv } from '../../src/views/report/render-csv.ts';
import { ROOT } from '../kit/command.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { firstCells, sectionOf } from '../kit/sections.ts';
import { readSchema } from '../kit/schemas.ts';
import { entryOf } from '../views/reported.ts';
import { README } from './document.ts';
import { COMMANDS } from './program.ts';

const codesOf = (kind: Kind) => CODES.filter((one) => one.kind === kind).map(({ code }) => code);

type Schema = { readonly properties?: Readonly<Record<string, Schema>> };

function keysOf(schema: Schema): readonly string[] {
  return Object.keys(schema.properties ?? {});
}

/** What stands in code, in the first column of the first table below that heading. */
function tableOf(title: string): readonly string[] {
  const [cells = []] = firstCells(sectionOf(README, title));
  return cells.flatMap((cell) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code));
}

test('every command has its row', () => {
  const rows = tableOf('Commands').map((code) => code.replace(/^breakwater /, '').split(/ [[A-Z-]/)[0]);
  const names = COMMANDS.filter(({ name }) => name !== 'help' && !name.startsWith('__')).map(
    ({ name }) => name,
  );
  expect(
    [...new Set(rows)].filter((row) => row !== undefined && row !== '' && !row.startsWith('--')).sort(),
  ).toEqual([...names].sort());
});

test('every exit code has its row', () => {
  const [cells = []] = firstCells(sectionOf(README, 'Exit codes'));
  expect(cells.map(Number)).toEqual(Object.values(EXIT));
});

test('the row of exit code 3 has all that it can be for', () => {
  const [, meaning = ''] = /^\| 3 \| (.*?) \| /m.exec(README) ?? [];
  expect(meaning).toBe(`not finished, for one of these reasons: ${CAUSES_OF_UNFINISHED}`);
});

test('every key of a plan has its row', () => {
  const plan = readSchema('rollout-plan') as Schema & { readonly $defs: { readonly wave: Schema } };
  const rows = tableOf('The plan').map((key) => key.replace(/^preflight\..*/, 'preflight'));
  const wanted = [
    ...keysOf(plan).filter((key) => key !== 'waves'),
    ...keysOf(plan.$defs.wave).map((key) => `waves[].${key}`),
  ];
  expect([...rows].sort()).toEqual([...wanted].sort());
});

test('every setting has its row', () => {
  const { properties = {} } = readSchema('settings') as Schema;
  // `$schema` is for editors, and sets nothing.
  const settings = Object.entries(properties).filter(([name]) => name !== '$schema');
  const wanted = settings.flatMap(([name, setting]) =>
    setting.properties === undefined ? [name] : keysOf(setting).map((key) => `${name}.${key}`),
  );
  expect([...tableOf('Settings')].sort()).toEqual(wanted.sort());
});

test('every column of a report in CSV has its row, in their order', () => {
  const [csv = ''] = renderReportCsv(entryOf(new ToldRollout(makePlan([makeWave('w', 1)]))));
  const [header = ''] = csv.split('\r\n');
  expect(tableOf('The columns of the CSV')).toEqual(header.split(','));
});

test('every published schema is named', () => {
  const row = /^\| `breakwater schema .*$/m.exec(README)?.[0] ?? '';
  const [, ...named] = [...row.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  expect(named.sort()).toEqual([...SCHEMAS].sort());
});

test('the limits are those that hold', () => {
  const mib = (bytes: number) => `${bytes / 1_048_576} MiB`;
  expect(README).toContain(
    `A plan of ${mib(PLAN_BYTES_MAX)}, a device file of ${mib(DEVICE_FILE_BYTES_MAX)}, ${DEVICES_MAX.toLocaleString('en')} devices in a plan.`,
  );
});

test('every occasion of a hook has its row, with every reason that it is told', () => {
  const occasions = codesOf('occasion').map((point) => (point === 'gate' ? 'gates' : point));
  expect([...tableOf('Hooks and gates')].sort()).toEqual([...occasions].sort());
  const reasonsOf = (point: string) => {
    const [, when = ''] = new RegExp(`^\\| \`${point}\` \\| ([^|]*) \\|`, 'm').exec(README) ?? [];
    return [...when.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code);
  };
  expect(reasonsOf('onWait').toSorted()).toEqual(codesOf('wait-reason').toSorted());
  expect(reasonsOf('onStop').toSorted()).toEqual(codesOf('stop-reason').toSorted());
});

test('every reason for a halt is named', () => {
  const line = /^Reasons for a halt: .*$/m.exec(README)?.[0] ?? '';
  const reasons = [...new Set(reasonsIn(readSchema('status')))];
  expect(reasons.length).toBeGreaterThan(5);
  expect(reasons.filter((reason) => !line.includes(`\`${reason}\``))).toEqual([]);
});

/** What a property `reason` may be, wherever there is one. */
function reasonsIn(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties } = schema as { readonly properties?: { readonly reason?: Choices } };
  const { enum: choices = [], const: only } = properties?.reason ?? {};
  return [...choices, ...(only === undefined ? [] : [only]), ...Object.values(schema).flatMap(reasonsIn)];
}

type Choices = { readonly enum?: readonly string[]; readonly const?: string };

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
