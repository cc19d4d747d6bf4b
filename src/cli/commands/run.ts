/** `breakwater run`: starts a rollout or goes on with it, says how it ended, and takes it back where the plan says so. */
import { dirname, resolve } from 'node:path';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { describePlanFile } from '../../host/plan-file.ts';
import { openStore } from '../../host/open-store.ts';
import { runOrTakeBack } from '../../host/take-back.ts';
import { readRunName } from '../plan-of-record.ts';
import { readPlanAloud } from '../read-plan.ts';
import { readSettingsAloud } from '../read-settings.ts';
import { findByRecord } from './run/by-record.ts';
import { openWorld } from './run/open-world.ts';
import type { RunFlags } from './run/run-flags.ts';
import { runInWorld } from './run/run-in-world.ts';
import type { Prepared } from './run/run-in-world.ts';

export async function runRun(flags: RunFlags, io: Io): Promise<ExitCode> {
  const name = readRunName(flags.path, io);
  if (name === null) return runFile(flags, io);
  const found = await findByRecord(name, flags, io);
  switch (found.kind) {
    case 'failed':
      return found.exit;
    case 'a-file':
      return runFile(flags, io);
    case 'found':
      return runPlan({ ...found, flags, planPath: null, isByRecord: true }, io);
  }
}

async function runFile(flags: RunFlags, io: Io): Promise<ExitCode> {
  const { path, state, progress, allowOutside } = flags;
  const isReal = flags.simulate === null;
  const plan = await readPlanAloud(
    { path, state, isNeeded: isReal, isStoreOpened: isReal, allowOutside },
    io,
    flags.color,
  );
  const settings = await readSettingsAloud(
    { planPath: path, allowOutside, state, progress, uses: { record: isReal, api: isReal } },
    io,
    flags.color,
  );
  if (typeof plan === 'number') return plan;
  if (settings === null) return EXIT.wrong;
  const folder = dirname(resolve(io.cwd, path));
  const planFile = describePlanFile(path, io);
  return runPlan(
    { plan, settings, flags, planPath: path, recordedPath: null, planFile, folder, isByRecord: false },
    io,
  );
}

async function runPlan(chosen: Omit<Prepared, 'world' | 'store'>, io: Io): Promise<ExitCode> {
  const found = await openWorld(chosen, io);
  if (found.kind === 'failed')
    return found.message === null ? found.exit : fail(io, found.exit, found.message);
  const { world } = found;
  try {
    const opened = await openStore(found.state, io.clock);
    if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
    const store = opened.value;
    try {
      return await runBoth({ ...chosen, world, store }, io);
    } finally {
      await store.close();
    }
  } finally {
    await world.close();
  }
}

/** A rollout that was taken back has failed all the same. */
async function runBoth(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { flags } = prepared;
  const { rollout, rollback } = await runOrTakeBack({ ...prepared, again: flags.again }, (turn) => {
    const { plan, again, isAgreed } = turn;
    const agreed = { ...prepared, plan, flags: { ...flags, again, yes: flags.yes || isAgreed } };
    return runInWorld(plan === prepared.plan ? agreed : { ...agreed, planFile: null, isByRecord: false }, io);
  });
  return rollback === null || rollback === EXIT.done ? rollout : rollback;
}
