import { describe, expect, test } from 'vitest';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { renderPreviewMarkdown } from '../../src/views/preview/preview-markdown.ts';
import type { PlanWarning } from '../../src/views/preview/preview-markdown.ts';
import { previewRollout } from '../../src/rollout/preview.ts';
import { COMMENT_CHARS_MAX, listTags, tableWidths, toHtml } from '../kit/markdown.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';

const POLLING = { minIntervalMs: 5_000, maxIntervalMs: 300_000 };

const WARNING: PlanWarning = {
  code: 'threshold-never-trips',
  place: 'plans/a.yaml:12:5',
  message: '`maxFailures: 3` lets every device fail of wave `berlin` (3 devices): it can never halt',
  help: 'lower it',
};

function render(plan: RolloutPlan, warnings: readonly PlanWarning[] = []): string {
  return renderPreviewMarkdown(previewRollout(plan, POLLING), { digest: DIGEST, preflight: null, warnings });
}

const FULL = makePlan(
  [
    makeWave('canary', 4, { arguments: { channel: 'canary' }, soakMs: 3_600_000 }),
    makeWave('berlin', 30, {
      minSuccess: { partsPerMillion: 950_000 },
      maxFailures: { count: 3 },
      batch: { size: 8, parallel: 2 },
      approval: 'required',
      window: { days: [1, 2, 3], from: 60, to: 300, timeZone: 'Asia/Taipei' },
      gates: [
        {
          name: 'error rate',
          run: ['./checks/error-rate.sh', '2'],
          timeoutMs: 120_000,
          retries: 0,
          intervalMs: 0,
        },
      ],
    }),
  ],
  {
    description: 'Camera firmware',
    maxFailures: { partsPerMillion: 50_000 },
    rollback: { artifact: makePlan([]).artifact, arguments: {}, automatic: true },
    hooks: { onHalt: [{ name: 'page', run: ['./page.sh'], timeoutMs: 60_000 }] },
  },
);

test('a plan in Markdown', async () => {
  await expect(render(FULL, [WARNING])).toMatchFileSnapshot('golden/preview.md.txt');
});

/** What would be Markdown, HTML, a mention or a command to a terminal. */
const HOSTILE = '</td>|<img src=x onerror=alert(1)> [a](http://x) `b` @everyone #1 \u001b[31m\u202e\n# c';

describe('whatever a plan holds', () => {
  const gate = { name: HOSTILE, run: [HOSTILE], timeoutMs: 1_000, retries: 0, intervalMs: 0 };
  const markdown = render(
    makePlan([makeWave(HOSTILE, 3, { arguments: { a: HOSTILE }, gates: [gate] })], {
      description: HOSTILE,
      hooks: { onHalt: [{ name: HOSTILE, run: [HOSTILE], timeoutMs: 1_000 }] },
    }),
    [{ code: 'x', place: HOSTILE, message: HOSTILE, help: HOSTILE }],
  );

  test('it is no more than text', () => {
    const ours = ['h2', 'h3', 'p', 'ul', 'li', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
    expect(listTags(markdown).filter((tag) => !ours.includes(tag))).toEqual([]);
    expect(toHtml(markdown)).not.toMatch(/@everyone|\u001b|\u202e/);
  });

  test('every row of a table has as many cells as its heading', () => {
    for (const widths of tableWidths(markdown)) expect(new Set(widths).size).toBe(1);
    expect(tableWidths(markdown)).toHaveLength(2);
  });
});

test('a hundred thousand devices in two hundred waves fit into a comment, which says what was left out', () => {
  const filler = '&'.repeat(50);
  const waves = Array.from({ length: 200 }, (_, index) =>
    makeWave(`${filler}${index}`, 500, {
      arguments: { text: filler.repeat(20) },
      batch: { size: 7, parallel: 3 },
    }),
  );
  const warnings = Array.from({ length: 300 }, () => ({ ...WARNING, message: filler.repeat(20) }));
  const hooks = Array.from({ length: 100 }, () => ({ name: filler, run: [filler], timeoutMs: 1_000 }));
  const markdown = render(
    makePlan(waves, { description: filler.repeat(100), hooks: { onHalt: hooks } }),
    warnings,
  );
  expect(markdown.length).toBeLessThan(COMMENT_CHARS_MAX);
  expect(markdown).toContain('100,000 devices in 200 waves');
  expect(markdown).toMatch(/and \d+ more/);
  expect(markdown).toContain('Full output: `breakwater plan`');
});

test('ordinary waves are all told, two hundred of them', () => {
  const waves = Array.from({ length: 200 }, (_, index) => makeWave(`site-${index}`, 500));
  const markdown = render(makePlan(waves));
  expect(markdown.match(/^\| site/gm)).toHaveLength(200);
  expect(markdown.length).toBeLessThan(COMMENT_CHARS_MAX);
  expect(markdown).not.toContain('Full output');
});
