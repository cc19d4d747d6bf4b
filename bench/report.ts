/**
 * What a report costs of a rollout of 100,000 devices, beside reading and folding its journal, which `status` does too:
 * `npx tsx bench/report.ts [DEVICES]`.
 *
 * The formats are measured in turn, round after round, each time in a fresh process; figures are medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { present } from '../src/base/assert.ts';
import { renderNumber } from '../src/base/text.ts';
import { REPORT_FORMATS } from '../src/views/report/formats.ts';
import { sayTable } from '../test/campaigns/kit/figures.ts';
import { bundleChild, median, runNode } from './fresh-process.ts';
import type { Figure } from './fresh-process.ts';
import { writeJournal } from './journals.ts';

const ROUNDS = 5;
const DEVICES = Number(process.argv[2] ?? 100_000);
/** The page is measured by `bench/page.ts`. */
const KINDS = ['fold', ...REPORT_FORMATS.filter((format) => format !== 'html')] as const;
const LAYOUT = { wave: 5_000, deployment: 500, report: 100 };

type Measured = Figure & { readonly bytes: number };

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
try {
  const child = await bundleChild('report-child.ts', folder);
  const { name, events, bytes } = writeJournal(folder, 'fleet', { layout: LAYOUT, outcomes: DEVICES });
  const figures = new Map<string, Measured[]>(KINDS.map((kind) => [kind, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [kind, measured] of figures)
      measured.push(JSON.parse(runNode([child, kind, folder, name], folder)) as Measured);
  }
  const base = median(figures.get('fold') ?? []).ms;
  console.log(
    `${renderNumber(DEVICES)} devices, ${renderNumber(events)} events, ${mebibytes(bytes)}; medians of ${ROUNDS} fresh processes; Node ${process.version}\n`,
  );
  sayTable(
    ['what', 'time', 'to folding the journal', 'written', 'peak memory'],
    [...figures].map(([kind, measured]) => {
      const { ms, peakKb } = median(measured);
      return [
        kind === 'fold' ? 'reading and folding the journal' : kind,
        `${(ms / 1000).toFixed(2)} s`,
        `${(ms / base).toFixed(2)}x`,
        mebibytes(present(measured[0], kind).bytes),
        `${(peakKb / 1024).toFixed(0)} MiB`,
      ];
    }),
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function mebibytes(n: number): string {
  return `${(n / 1_048_576).toFixed(1)} MiB`;
}
