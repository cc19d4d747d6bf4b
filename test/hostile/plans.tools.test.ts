/** Whatever a plan says, what is shown of it, and of what changes in it, holds that as text. */
import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { guardLog } from '../../src/base/text.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { diffPlans } from '../../src/views/diff/plan-diff.ts';
import { renderDiffJson } from '../../src/views/diff/render-json.ts';
import { renderDiffMarkdown, renderDiffText } from '../../src/views/diff/diff-document.ts';
import { renderPreviewJson } from '../../src/views/preview/preview-json.ts';
import { renderPreviewMarkdown } from '../../src/views/preview/preview-markdown.ts';
import { renderPreview } from '../../src/views/preview/preview-text.ts';
import { previewRollout } from '../../src/rollout/preview.ts';
import { DIGEST, makePlan, makeWave, serial } from '../kit/plans.ts';
import { expectHarmlessMarkdown } from './harmless-markdown.ts';
import { LOG_COMMAND, OBEYED } from './obeyed.ts';
import { hostileText, keepForSerial } from './poison.ts';

/** A plan with `text` wherever one has text, and as many devices. */
function planWith(text: string, devices: number): RolloutPlan {
  const command = { name: text, run: [text, `--${text}`], timeoutMs: 60_000 };
  const wave = makeWave(`${text}a`, devices, {
    devices: Array.from({ length: devices }, (_, index) => serial(`${keepForSerial(text)}a-${index}`)),
    arguments: { mode: text },
    gates: [{ ...command, retries: 1, intervalMs: 1_000 }],
  });
  return makePlan([wave, makeWave('b', 2)], { description: text, hooks: { onHalt: [command] } });
}

function preview(plan: RolloutPlan) {
  return previewRollout(plan, { minIntervalMs: 5_000, maxIntervalMs: 300_000 });
}

function expectHarmlessText(text: string): void {
  expect(text).not.toMatch(OBEYED);
  expect(guardLog(text)).not.toMatch(LOG_COMMAND);
}

function expectHarmlessJson(text: string): void {
  expect(text).not.toMatch(OBEYED);
  expect(text).not.toMatch(LOG_COMMAND);
  expect(JSON.parse(text)).toBeTypeOf('object');
}

test('a preview', () => {
  fc.assert(
    fc.property(hostileText, (text) => {
      const shown = preview(planWith(text, 3));
      const options = { digest: DIGEST, preflight: null };
      const warnings = [{ code: 'window-never-opens', place: text, message: text, help: text }];
      expectHarmlessText(renderPreview(shown, { ...options, withDevices: true }));
      expectHarmlessJson(renderPreviewJson(shown, options));
      expectHarmlessMarkdown(renderPreviewMarkdown(shown, { ...options, warnings }));
    }),
    { numRuns: 60 },
  );
});

test('what changes', () => {
  fc.assert(
    fc.property(hostileText, hostileText, (before, after) => {
      const diff = diffPlans({ before: preview(planWith(before, 3)), after: preview(planWith(after, 4)) });
      const sources = {
        before: { label: before, digest: DIGEST },
        after: { label: after, digest: DIGEST },
      };
      expectHarmlessText(renderDiffText(diff, sources));
      expectHarmlessJson(renderDiffJson(diff, sources));
      expectHarmlessMarkdown(renderDiffMarkdown(diff, sources));
    }),
    { numRuns: 60 },
  );
});
