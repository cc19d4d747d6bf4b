/** The rollback of a rollout, as a run of its own: whoever has decided it, and however often it is gone on with. */
import type { JournalStore } from '../../store/journal.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { fold } from '../../rollout/apply.ts';
import { planRollbackBy } from '../../rollout/rollback.ts';
import { isFinished } from '../../rollout/state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { RunRequest } from './run-request.ts';

/** One of the two runs that an undertaking may come to. */
export type RunAttempt = {
  readonly plan: RolloutPlan;
  readonly again: boolean;
  /** Whether it is the rollback of the first one, whose origin is already on record. */
  readonly isRollback: boolean;
  /** Whether what this does follows from what was agreed to already. */
  readonly isAgreed: boolean;
};

/** The rollback's is `null` where there was none to be done. */
export type RunAttempts<End> = { readonly rollout: End; readonly rollback: End | null };

/** Runs the requested plan and, if the plan wants it, starts or continues its rollback. */
export async function runWithRollback<End>(
  { plan, store, environment, again }: Pick<RunRequest, 'plan' | 'store' | 'environment' | 'again'>,
  run: (attempt: RunAttempt) => Promise<End>,
): Promise<RunAttempts<End>> {
  const first: RunAttempt = { plan, again, isRollback: false, isAgreed: false };
  if (plan.rollback?.automatic !== true) return { rollout: await run(first), rollback: null };
  const before = await readRecorded(plan, store);
  const rollout = await run(first);
  const state = await readRecorded(plan, store);
  // One that an operator has ordered is gone on with by `breakwater rollback`.
  if (state?.rollback?.order !== null || state.simulated !== environment.isSimulated)
    return { rollout, rollback: null };
  // What it deploys and runs is what this run's plan says: whoever can write a record names neither.
  const rollback = planRollbackBy(state, plan);
  if (rollback === null || (await isDone(rollback, store))) return { rollout, rollback: null };
  // Whoever agreed to this run has agreed to what its plan does on a halt; an earlier run's is another matter.
  const isAgreed = before?.rollback?.at !== state.rollback.at;
  return {
    rollout,
    rollback: await run({ ...(await turnOfRollback(rollback, store)), isRollback: true, isAgreed }),
  };
}

/** What running the plan of a rollback comes to. */
export async function turnOfRollback(
  rollback: RolloutPlan,
  store: JournalStore,
): Promise<Pick<RunAttempt, 'plan' | 'again'>> {
  const recorded = await readRecorded(rollback, store);
  // The rollout has been started over since, and what took its first run back is history.
  const again = recorded !== null && isFinished(recorded) && !isOfSameRun(recorded.plan, rollback);
  return { plan: rollback, again };
}

async function isDone(rollback: RolloutPlan, store: JournalStore): Promise<boolean> {
  const recorded = await readRecorded(rollback, store);
  return recorded !== null && isFinished(recorded) && isOfSameRun(recorded.plan, rollback);
}

/** `null` for one that cannot be read, too: that is told when it is run. */
async function readRecorded({ name }: RolloutPlan, store: JournalStore): Promise<RolloutState | null> {
  const reading = await store.read(name);
  return reading.kind === 'problem' ? null : fold(reading.value?.events ?? []);
}

function isOfSameRun({ rollbackOf: one }: RolloutPlan, { rollbackOf: other }: RolloutPlan): boolean {
  return one?.startedAt === other?.startedAt;
}
