import { describe, expect, test } from 'vitest';
import { digestPlan } from '../../../src/plan/digest.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { UNKNOWN_ARTIFACT } from '../../../src/plan/collect-artifacts.ts';
import { diffPlans } from '../../../src/views/diff/plan-diff.ts';
import { renderDiffJson } from '../../../src/views/diff/render-json.ts';
import { renderDiffMarkdown, renderDiffText } from '../../../src/views/diff/diff-document.ts';
import { previewRollout } from '../../../src/rollout/preview.ts';
import { COMMENT_CHARS_MAX, listTags, tableWidths, toHtml } from '../../kit/markdown.ts';
import { makePlan, makeWave, serial } from '../../kit/plans.ts';
import { compileSchema, expectValid } from '../../kit/schemas.ts';

const POLLING = { minIntervalMs: 5_000, maxIntervalMs: 300_000 };

const RENDERERS = { text: renderDiffText, markdown: renderDiffMarkdown, json: renderDiffJson };

function render(
  format: keyof typeof RENDERERS,
  before: RolloutPlan,
  after: RolloutPlan,
  label = 'a.yaml',
): string {
  const diff = diffPlans({ before: previewRollout(before, POLLING), after: previewRollout(after, POLLING) });
  return RENDERERS[format](diff, {
    before: { label, digest: digestPlan(before) },
    after: { label: 'HEAD:a.yaml', digest: digestPlan(after) },
  });
}

const BEFORE = makePlan(
  [
    makeWave('canary', 3, { arguments: { channel: 'stable' } }),
    makeWave('berlin', 12, { maxFailures: { partsPerMillion: 50_000 } }),
    makeWave('munich', 2),
  ],
  { hooks: { onHalt: [{ name: 'page', run: ['./page.sh'], timeoutMs: 60_000 }] } },
);

const AFTER = makePlan(
  [
    {
      ...makeWave('taipei', 11, { maxFailures: { count: 2 }, batch: { size: 4, parallel: 1 } }),
      devices: BEFORE.waves[1]?.devices.slice(1) ?? [],
    },
    makeWave('canary', 3, { arguments: { channel: 'canary' }, approval: 'required' }),
    { ...makeWave('late', 2), devices: [serial('berlin-1'), serial('late-1')] },
  ],
  { region: 'eu', maxFailures: { partsPerMillion: 50_000 } },
);

describe('a difference', () => {
  test('in text', async () => {
    await expect(render('text', BEFORE, AFTER)).toMatchFileSnapshot('golden/diff.txt');
  });

  test('in Markdown', async () => {
    await expect(render('markdown', BEFORE, AFTER)).toMatchFileSnapshot('golden/diff.md.txt');
  });

  test('in JSON, by its schema', async () => {
    const documents = [
      render('json', BEFORE, AFTER),
      render('json', AFTER, BEFORE),
      render('json', BEFORE, BEFORE),
    ];
    expectValid(
      compileSchema('diff'),
      documents.map((document) => JSON.parse(document) as unknown),
    );
    await expect(documents[0]).toMatchFileSnapshot('golden/diff.json.txt');
  });
});

test('no difference is said in so many words', () => {
  for (const format of ['text', 'markdown'] as const)
    expect(render(format, BEFORE, BEFORE)).toContain('No difference: both give the same plan.');
  expect(JSON.parse(render('json', BEFORE, BEFORE))).toMatchObject({ same: true });
});

test('of artifacts that are not known, it is not said that they are the same', () => {
  const unknown = { artifact: { uuid: UNKNOWN_ARTIFACT } };
  const [a, b] = [
    makePlan([makeWave('a', 1)], unknown),
    makePlan([makeWave('a', 1)], { ...unknown, region: 'eu' }),
  ];
  expect(render('text', a, a)).toContain('No known difference, but the artifacts cannot be compared');
  expect(render('text', a, b)).toContain('the artifacts cannot be compared');
  expect(render('text', a, makePlan([makeWave('a', 1)]))).toContain('artifact  none → a5ae26cf');
  expect(JSON.parse(render('json', a, b))).toMatchObject({ before: { artifact: null } });
});

/** What would be Markdown, HTML, a mention or a command to a terminal. */
const HOSTILE = '</td>|<img src=x onerror=alert(1)> [a](http://x) `b` @everyone #1 \u001b[31m\u202e\n# c';

describe('whatever plans hold', () => {
  const wave = (value: string) =>
    makeWave(`${HOSTILE}${value}`, 3, {
      arguments: { a: `${HOSTILE}${value}` },
      gates: [{ name: HOSTILE, run: [HOSTILE, value], timeoutMs: 1, retries: 0, intervalMs: 1 }],
    });
  const before = makePlan([wave('1'), makeWave(`${HOSTILE}old`, 2)], { description: HOSTILE });
  const after = makePlan([makeWave(`${HOSTILE}new`, 2), wave('1'), wave('2')], {
    description: `${HOSTILE}2`,
  });

  test('it is no more than text on a terminal', () => {
    expect(render('text', before, after, HOSTILE)).not.toMatch(
      /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/,
    );
  });

  test('it is no more than text in Markdown', () => {
    const markdown = render('markdown', before, after, HOSTILE);
    const ours = ['h2', 'h3', 'p', 'strong', 'code', 'table', 'thead', 'tbody', 'tr', 'th', 'td'];
    expect(listTags(markdown).filter((tag) => !ours.includes(tag))).toEqual([]);
    expect(toHtml(markdown)).not.toMatch(/@everyone|\u001b|\u202e/);
    for (const widths of tableWidths(markdown)) expect(new Set(widths).size).toBe(1);
  });
});

test('a hundred thousand devices that all change wave fit into a comment, and are all in the JSON', () => {
  const waves = Array.from({ length: 200 }, (_, index) => makeWave(`${'&'.repeat(50)}${index}`, 500));
  const turned = waves.map((wave, index) => ({
    ...wave,
    devices: waves[(index + 1) % waves.length]?.devices ?? [],
    arguments: { text: '&'.repeat(1_000) },
  }));
  const plans = [makePlan(waves), makePlan(turned)] as const;
  const markdown = render('markdown', ...plans);
  expect(markdown.length).toBeLessThan(COMMENT_CHARS_MAX);
  expect(markdown).toContain('100,000 devices change wave');
  expect(markdown).toMatch(/and \d+ more/);
  expect(markdown).toContain('Full output: `breakwater diff --format json`');
  expect(render('text', ...plans)).toContain('and 160 more; full list: --format json');
  const { devices } = JSON.parse(render('json', ...plans)) as {
    devices: { changed: number; changes: { devices: string[] }[] };
  };
  expect(devices.changed).toBe(100_000);
  expect(devices.changes.flatMap((change) => change.devices)).toHaveLength(100_000);
});
