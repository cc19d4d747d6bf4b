/**
 * What checking a plan costs, beside the bare cost of reading the same bytes: `npx tsx bench/validate.ts`.
 *
 * Each figure is the median of fresh processes.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleChild, median, runNode } from './fresh-process.ts';
import type { Figure } from './fresh-process.ts';

const DEVICES = 100_000;
const ROUNDS = 11;
const ROOT = join(import.meta.dirname, '..');
const CLI = join(ROOT, 'dist', 'breakwater.js');

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
try {
  writePlans();
  const child = await bundleChild('validate-child.ts', folder);
  const measure = (kind: string, file: string): (() => Figure) => {
    return () => JSON.parse(runNode([child, kind, file], folder)) as Figure;
  };
  console.log(`${DEVICES} serials; medians of ${ROUNDS} fresh processes; Node ${process.version}\n`);
  compare('A device file', [
    ['read and split the device file', measure('split', 'fleet/devices.txt')],
    ['load the plan that names it', measure('load', 'with-file.yaml')],
  ]);
  compare('Inline in YAML', [
    ['read and yaml.parse the plan', measure('parse', 'inline.yaml')],
    ['load the plan', measure('load', 'inline.yaml')],
  ]);
  compare('A device file with columns', [
    ['read and split the device file', measure('split', 'fleet/devices.csv')],
    ['load the plan that names it', measure('load', 'with-csv.yaml')],
  ]);
  if (existsSync(CLI)) {
    compare('Start-up, whole processes', [
      ['node -e 0', () => runWhole(['-e', '0'])],
      ['breakwater validate (3 devices)', () => runWhole([CLI, 'validate', 'small.yaml'])],
    ]);
  } else {
    console.log('Start-up is not measured: there is no dist/breakwater.js (npm run build)');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function writePlans(): void {
  const serials = Array.from({ length: DEVICES }, (_, index) =>
    createHash('md5').update(`device ${index}`).digest('hex'),
  );
  const head = [
    'version: 1',
    'name: bench',
    'region: us',
    'artifact:',
    '  uuid: a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a',
    'waves:',
    '  - name: all',
  ].join('\n');
  mkdirSync(join(folder, 'fleet'));
  const write = (name: string, text: string): void => {
    writeFileSync(join(folder, name), text);
  };
  write('fleet/devices.txt', serials.map((serial) => `${serial}\n`).join(''));
  write('fleet/devices.csv', `serial,site\n${serials.map((serial) => `${serial},taipei\n`).join('')}`);
  write('with-file.yaml', `${head}\n    devices: { file: fleet/devices.txt }\n`);
  write('with-csv.yaml', `${head}\n    devices: { file: fleet/devices.csv }\n`);
  write('inline.yaml', `${head}\n    devices:\n${serials.map((serial) => `      - ${serial}\n`).join('')}`);
  write('small.yaml', `${head}\n    devices: [a1, a2, a3]\n`);
}

function runWhole(args: readonly string[]): Figure {
  const startedAt = performance.now();
  runNode(args, folder);
  return { ms: performance.now() - startedAt, peakKb: 0 };
}

type Row = readonly [name: string, measure: () => Figure];

/**
 * Measures the rows in turn, round after round, so that whatever else the machine does falls on all of them alike. The first
 * row is what the others are compared with.
 */
function compare(title: string, rows: readonly Row[]): void {
  const figures = rows.map((): Figure[] => []);
  for (let round = 0; round <= ROUNDS; round++) {
    for (const [index, [, measure]] of rows.entries()) {
      const figure = measure();
      // The first round warms the disk's cache.
      if (round > 0) figures[index]?.push(figure);
    }
  }
  const medians = figures.map(median);
  const base = medians[0]?.ms ?? NaN;
  console.log(title);
  for (const [index, [name]] of rows.entries()) {
    const { ms, peakKb } = medians[index] ?? { ms: NaN, peakKb: 0 };
    const memory = peakKb === 0 ? '' : `${(peakKb / 1024).toFixed(0).padStart(6)} MB peak`;
    console.log(`  ${name.padEnd(34)} ${ms.toFixed(1).padStart(8)} ms  ${(ms / base).toFixed(2)}x ${memory}`);
  }
  console.log('');
}
