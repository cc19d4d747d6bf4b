/** `plan --records`: what other rollouts on record have to do with the devices of the plan. */
import { loadOverlapping, loadOpenDeployments } from '../../../run/session/overlap.ts';
import { openStore } from '../../../host/open-store.ts';
import type { Outcome } from '../../../store/journal.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import type { OnRecord } from '../../../views/wording/describe-open.ts';
import type { Settings } from '../../../settings/settings.ts';
import type { Io } from '../../io.ts';

export async function lookAtRecords(
  plan: RolloutPlan,
  settings: Settings,
  io: Io,
): Promise<Outcome<OnRecord>> {
  const opened = await openStore(settings.state, io.clock);
  if (opened.kind === 'problem') return opened;
  const store = opened.value;
  try {
    const neighbours = await loadOverlapping(plan, store);
    if (neighbours.kind === 'problem') return neighbours;
    const open = await loadOpenDeployments({ plan, store, again: false, begun: null });
    if (open.kind === 'problem') return open;
    return { kind: 'done', value: { open: open.value, unfinished: neighbours.value } };
  } finally {
    await store.close();
  }
}
