/** The rollback of a rollout, as a run of its own: whoever has decided it, and however often it is gone on with. */
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { fold } from '../../../rollout/apply.ts';
import { planRollback } from '../../../rollout/rollback.ts';
import { isFinished } from '../../../rollout/state.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import type { Io } from '../../io.ts';
import { runInWorld } from './run-in-world.ts';
import type { Prepared } from './run-in-world.ts';

/**
 * Runs `prepared`, and where its plan wants it taken back, does that as well, or goes on with it. A rollout that was taken
 * back has failed all the same.
 */
export async function runOrTakeBack(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { plan, flags } = prepared;
  if (plan.rollback?.automatic !== true) return runInWorld(prepared, io);
  const before = await readRecorded(plan, prepared);
  const exit = await runInWorld(prepared, io);
  const state = await readRecorded(plan, prepared);
  // One that an operator has ordered is gone on with by `breakwater rollback`.
  if (state?.rollback?.order !== null || state.simulated !== (flags.simulate !== null)) return exit;
  const rollback = planRollback(state);
  if (rollback === null || (await isDone(rollback, prepared))) return exit;
  // Whoever agreed to this run has agreed to what its plan does on a halt; an earlier run's is another matter.
  const yes = flags.yes || before?.rollback?.at !== state.rollback.at;
  const rolledBack = await rollBack(rollback, { ...prepared, flags: { ...flags, yes } }, io);
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

/** `null` for one that cannot be read, too: that is told when it is run. */
async function readRecorded({ name }: RolloutPlan, { store }: Prepared): Promise<RolloutState | null> {
  const reading = await store.read(name);
  return reading.kind === 'problem' ? null : fold(reading.value?.events ?? []);
}

function isOfSameRun({ rollbackOf: one }: RolloutPlan, { rollbackOf: other }: RolloutPlan): boolean {
  return one?.startedAt === other?.startedAt;
}
