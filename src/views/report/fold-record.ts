/** From a rollout's journal to its record: one pass, with the same fold that a run uses. */
import { fold } from '../../rollout/apply.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { Phase } from '../../rollout/state.ts';
import type { RolloutRecord, TimelineEntry } from './record.ts';
import { entryOf } from './timeline.ts';
import { DeploymentTraces } from './trace-deployments.ts';
import { RolloutTrace } from './trace-rollout.ts';
import { WaveTraces } from './trace-waves.ts';

/** `null` for an empty journal. */
export function foldRecord(events: Iterable<JournaledEvent>): RolloutRecord | null {
  const rollout = new RolloutTrace();
  const waves = new WaveTraces();
  const deployments = new DeploymentTraces();
  const timeline: TimelineEntry[] = [];
  const state = fold(events, (event, after) => {
    rollout.witness(event, after);
    waves.witness(event, after);
    deployments.witness(event, after);
    const entry = entryOf(event, after);
    if (entry !== null) timeline.push(entry);
  });
  if (state === null) return null;
  return {
    state,
    endedAt: endOf(state.phase),
    ...rollout.facts(),
    waves: waves.recordsOf(state),
    deployments: deployments.recordsOf(state),
    timeline,
  };
}

function endOf(phase: Phase): number | null {
  return phase.kind === 'completed' || phase.kind === 'closed' ? phase.at : null;
}
