/** A plan that the user names, and what is wrong with what they gave, told on stderr. */
import { renderDiagnostics } from '../diagnostics/render-text.ts';
import { readPlan } from '../host/read-plan.ts';
import type { ReadPlan } from '../host/read-plan.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { isColourful } from './io.ts';
import type { Io } from './io.ts';

/** As `readPlan`, telling the findings on stderr. */
export function readPlanAloud(path: string, io: Io, color: boolean): RolloutPlan | null {
  const { plan, diagnostics, sources } = readPlan(path, io);
  tellDiagnostics({ diagnostics, sources }, io, color);
  return plan;
}

/** Findings, on stderr. */
export function tellDiagnostics(
  { diagnostics, sources }: Pick<ReadPlan, 'diagnostics' | 'sources'>,
  io: Io,
  color: boolean,
): void {
  if (diagnostics.length === 0) return;
  io.stderr.write(renderDiagnostics(diagnostics, sources, { colour: isColourful(io, io.stderr, color) }));
}
