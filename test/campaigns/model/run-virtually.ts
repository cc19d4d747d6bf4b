/** A whole rollout by the very runner, client and simulator, in virtual time: its journal, and nothing else. */
import type { Random } from '../../../src/base/random.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import { SCENARIO_DEFAULTS } from '../../../src/backend/simulator/scenario.ts';
import { openLastingWorld } from '../../kit/lasting-world.ts';
import { order } from '../../kit/orders.ts';
import { tellRun } from '../../kit/runs.ts';
import { pick } from '../../kit/pick.ts';

const PART = 1_000_000;

export async function runVirtually(plan: RolloutPlan, random: Random): Promise<readonly JournaledEvent[]> {
  const share = () => Math.floor(pick(random, [0, 0, 0.02, 0.1, 0.3]) * PART * 0.3);
  const { api } = openLastingWorld({
    seed: Math.floor(random() * PART),
    devices: {
      ...SCENARIO_DEFAULTS.devices,
      shares: { failed: share(), rejected: share(), unknown: share(), stuck: share(), flip: share() },
    },
  });
  // Whoever is on call resumes or retries what has halted, twice at most.
  const orders = [pick(random, ['resume', 'retry'] as const), 'resume' as const];
  const { events } = await tellRun({
    plan,
    api,
    onEvent(event, { leave }) {
      const kind = event.type === 'rollout-halted' ? orders.shift() : undefined;
      if (kind !== undefined) leave(order(kind, `order-${event.seq}`));
    },
  });
  return events;
}
