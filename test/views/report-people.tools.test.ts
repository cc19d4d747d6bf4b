import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { renderReportMarkdown } from '../../src/views/report/render-markdown.ts';
import { renderReportText } from '../../src/views/report/render-text.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import type { Serial } from '../../src/plan/identifiers.ts';
import { COMMENT_CHARS_MAX, listTags, tableWidths, toHtml } from '../kit/markdown.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { randomRollouts } from './random-rollouts.ts';
import { entryOf, HOSTILE, REPORTED } from './reported.ts';
import { LOOKED_AT_MS } from './situations.ts';
import { COMMANDS } from './told.ts';

function optionsFor({ record }: ReportEntry) {
  return { now: record.state.updatedAt + LOOKED_AT_MS, commands: COMMANDS, columns: 80, colour: false };
}

function asText(entry: ReportEntry): string {
  return renderReportText(entry, optionsFor(entry));
}

function asMarkdown(entry: ReportEntry): string {
  return renderReportMarkdown(entry, optionsFor(entry));
}

/** As many waves as may be, each with a name, and devices with reasons, that take as much room as they can. */
function largeEntry(): ReportEntry {
  const waves = Array.from({ length: 40 }, (_, index) =>
    makeWave(`|${'&'.repeat(50)}|${index}`, 500, {
      maxFailures: { count: 500 },
      batch: { size: 5, parallel: 1 },
    }),
  );
  const told = new ToldRollout(makePlan(waves, { description: HOSTILE.repeat(50) }));
  for (const { name, devices } of waves) {
    for (let batch = 1; batch <= 100; batch++) {
      // One device of each wave succeeds, so that it passes.
      const some = devices.slice(Math.max(1, batch * 5 - 5), batch * 5);
      const reason = '|'.repeat(2_000);
      told.intend(name, batch).tell({
        type: 'deployment-accepted',
        deployment: `${name}/${batch}`,
        deploymentId: '|'.repeat(256) as never,
        requestId: '|'.repeat(2_000),
        rejected: some.map((serial: Serial) => ({ serial, reason })),
        unreadable: null,
      });
      if (batch === 1) told.report(`${name}/1`, { success: devices.slice(0, 1) });
    }
  }
  return entryOf(told);
}

describe.each(Object.entries(REPORTED))('%s', (name, entry) => {
  test('is told to a person as it was, in 80 columns', async () => {
    const text = asText(entry);
    await expect(text).toMatchFileSnapshot(`golden/report-${name}.txt`);
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  });

  test('is told in Markdown as it was', async () => {
    await expect(asMarkdown(entry)).toMatchFileSnapshot(`golden/report-${name}.md.txt`);
  });
});

describe('in Markdown', () => {
  test('nothing from outside is more than text', () => {
    const markdown = asMarkdown(REPORTED['hostile'] as ReportEntry);
    const ours = ['h2', 'h3', 'p', 'strong', 'ul', 'li', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
    expect(listTags(markdown).filter((tag) => !ours.includes(tag))).toEqual([]);
    expect(toHtml(markdown)).not.toMatch(/@everyone|\u001b|\u202e/);
  });

  test('every row of a table has as many cells as its heading', () => {
    for (const entry of Object.values(REPORTED))
      for (const widths of tableWidths(asMarkdown(entry))) expect(new Set(widths).size).toBe(1);
  });

  test('the largest and worst fleet fits into a comment, and says how much was left out', () => {
    const markdown = asMarkdown(largeEntry());
    expect(markdown.length).toBeLessThan(COMMENT_CHARS_MAX);
    expect(markdown).toMatch(/Devices that did not succeed \(19,960\)/);
    expect(markdown).toMatch(/and [\d,]+ more/);
    expect(markdown).toContain('Full output: `breakwater report camera-2.14 --format json`');
  });

  test('whatever has happened fits into a comment', () => {
    fc.assert(
      fc.property(randomRollouts, (told) => {
        expect(asMarkdown(entryOf(told)).length).toBeLessThan(COMMENT_CHARS_MAX);
      }),
      { numRuns: 50 },
    );
  });
});

test('a long timeline is cut in its middle, and says by how much', () => {
  const waves = Array.from({ length: 40 }, (_, index) => makeWave(`w${index}`, 1));
  const told = new ToldRollout(makePlan(waves));
  for (const { name } of waves) told.deploy(name).report(`${name}/1`, { success: devicesOf(name, 1, 1) });
  const text = asText(entryOf(told));
  expect(text).toContain('… 22 more; full list: breakwater report camera-2.14 --format json');
  expect(text).toContain('rollout completed after');
});
