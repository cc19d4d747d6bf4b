/** The rollback of a rollout, as a run of its own: whoever has decided it, and however often it is gone on with. */
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { fold } from '../../../rollout/apply.ts';
import { planRollback } from '../../../rollout/rollback.ts';
import { isFinished } from '../../../rollout/state.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { fail } from '../../io.ts';
import type { Io } from '../../io.ts';
import { runInWorld } from './run-in-world.ts';
import type { Prepared } from './run-in-world.ts';

/**
 * After a run of `prepared` that ended with `exit`: where its plan wants it taken back, that is done, or gone on with. A
 * rollout that was taken back has failed all the same.
 */
export async function rollBackIfDue(exit: ExitCode, prepared: Prepared, io: Io): Promise<ExitCode> {
  const { plan, store, flags } = prepared;
  if (plan.rollback?.automatic !== true) return exit;
  const reading = await store.read(plan.name);
  if (reading.kind === 'problem') return fail(io, EXIT.environment, reading.message);
  const state = fold(reading.value?.events ?? []);
  // One that an operator has ordered is gone on with by `breakwater rollback`.
  if (state?.rollback?.order !== null || state.simulated !== (flags.simulate !== null)) return exit;
  const rollback = planRollback(state);
  if (rollback === null || (await isDone(rollback, prepared))) return exit;
  const rolledBack = await rollBack(rollback, { ...prepared, flags: { ...flags, yes: true } }, io);
  return rolledBack === EXIT.done ? exit : rolledBack;
}

/** Runs the rollback's own plan; `prepared` is of whatever it belongs to. */
export async function rollBack(rollback: RolloutPlan, prepared: Prepared, io: Io): Promise<ExitCode> {
  const recorded = await readRecorded(rollback, prepared);
  // The rollout has been started over since, and what took its first run back is history.
  const again = recorded !== null && isFinished(recorded) && !isOfSameRun(recorded.plan, rollback);
  return runInWorld({ ...prepared, plan: rollback, flags: { ...prepared.flags, again } }, io);
}

async function isDone(rollback: RolloutPlan, prepared: Prepared): Promise<boolean> {
  const recorded = await readRecorded(rollback, prepared);
  return recorded !== null && isFinished(recorded) && isOfSameRun(recorded.plan, rollback);
}

/** One that cannot be read is told of when it is run. */
async function readRecorded({ name }: RolloutPlan, { store }: Prepared): Promise<RolloutState | null> {
  const reading = await store.read(name);
  return reading.kind === 'problem' ? null : fold(reading.value?.events ?? []);
}

function isOfSameRun({ rollbackOf: one }: RolloutPlan, { rollbackOf: other }: RolloutPlan): boolean {
  return one?.startedAt === other?.startedAt;
}
