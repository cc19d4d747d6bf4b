import { expect } from 'vitest';
import type { Place } from '../../src/findings/source-place.ts';
import { renderDiagnosticsJson } from '../../src/findings/render-json.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import type { LoadedPlan } from '../../src/plan/load-plan.ts';
import { parseSavedPlan, renderSavedPlan } from '../../src/plan/saved-plan.ts';

/** What holds of everything that was loaded. */
export function assertSound(loaded: LoadedPlan): void {
  const { plan, diagnostics, sources } = loaded;
  expect(plan === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
  for (const { place, related } of diagnostics)
    for (const each of [place, ...related]) assertInside(each, sources);
  const text = renderDiagnostics(diagnostics, sources, { colour: false });
  expect(text.replaceAll('\n', '')).not.toMatch(
    /[\p{Control}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u,
  );
  expect(text === '').toBe(diagnostics.length === 0);
  expect(JSON.parse(renderDiagnosticsJson(diagnostics, sources))).toHaveProperty(
    'diagnostics.length',
    diagnostics.length,
  );
  if (plan === null) return;
  expect(parseSavedPlan({ path: 'saved.json', text: renderSavedPlan(plan) })).toEqual({
    plan,
    diagnostics: [],
  });
}

function assertInside({ path, range }: Place, sources: LoadedPlan['sources']): void {
  if (range === null) return;
  // One past the end is where something is missing.
  const length = sources.get(path)?.text.length ?? -1;
  expect(range.start).toBeGreaterThanOrEqual(0);
  expect(range.end).toBeGreaterThan(range.start - 1);
  expect(range.start).toBeLessThanOrEqual(length + 1);
}
