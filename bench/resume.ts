/**
 * What resuming a rollout costs that has up to 1,000,000 device outcomes on record, and whether it grows with them and no
 * faster: `npx tsx bench/resume.ts [OUTCOMES]`.
 *
 * The sizes and layouts are measured in turn, round after round, each time in a fresh process; figures are medians. Beside
 * each stands the bare cost of reading and hashing the same bytes.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { renderNumber } from '../src/base/text.ts';
import { sayTable } from '../test/campaigns/kit/figures.ts';
import { bundleChild, median, runNode } from './fresh-process.ts';
import type { Figure } from './fresh-process.ts';
import { writeJournal } from './journals.ts';
import type { Layout } from './journals.ts';

const ROUNDS = 5;
const OUTCOMES = Number(process.argv[2] ?? 1_000_000);
const SIZES = [OUTCOMES / 8, OUTCOMES / 4, OUTCOMES / 2, OUTCOMES];

type NamedLayout = Layout & { readonly name: string };

const LAYOUTS: readonly NamedLayout[] = [
  { name: 'one deployment, 1,000 outcomes a poll', wave: Infinity, deployment: Infinity, report: 1_000 },
  { name: 'deployments of 1,000, 100 outcomes a poll', wave: 50_000, deployment: 1_000, report: 100 },
  { name: 'deployments of 10, one outcome a poll', wave: 50_000, deployment: 10, report: 1 },
];

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
try {
  const child = await bundleChild('resume-child.ts', folder);
  const rows = LAYOUTS.flatMap((layout, index) =>
    SIZES.map((size) => ({
      layout,
      size,
      ...writeJournal(folder, `r-${index}-${size}`, { layout, outcomes: size }),
    })),
  );
  const figures = new Map(rows.map((row) => [row, { hash: [] as Figure[], resume: [] as Figure[] }]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [{ name }, measured] of figures) {
      for (const kind of ['hash', 'resume'] as const) {
        measured[kind].push(JSON.parse(runNode([child, kind, folder, name], folder)) as Figure);
      }
    }
  }
  console.log(`medians of ${ROUNDS} fresh processes; Node ${process.version}\n`);
  for (const layout of LAYOUTS) {
    console.log(`${layout.name}\n`);
    const first = rows.find((row) => row.layout === layout);
    const base = first === undefined ? NaN : median(figures.get(first)?.resume ?? []).ms / first.size;
    sayTable(
      [
        'outcomes',
        'events',
        'journal',
        'read and hashed',
        'resumed',
        'for each, to the first',
        'peak memory',
      ],
      rows
        .filter((row) => row.layout === layout)
        .map((row) => {
          const { hash = [], resume = [] } = figures.get(row) ?? {};
          const { ms, peakKb } = median(resume);
          return [
            renderNumber(row.size),
            renderNumber(row.events),
            `${(row.bytes / 1_048_576).toFixed(1)} MiB`,
            `${(median(hash).ms / 1000).toFixed(2)} s`,
            `${(ms / 1000).toFixed(2)} s`,
            `${(ms / row.size / base).toFixed(2)}x`,
            `${(peakKb / 1024).toFixed(0)} MiB`,
          ];
        }),
    );
    console.log('');
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
