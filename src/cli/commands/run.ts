/** `breakwater run`: starts or continues a rollout, prints how it ended, and rolls it back if the plan says so. */
import { dirname, resolve } from 'node:path';
import { steadyTime } from '../../base/clock.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { describePlanFile } from '../../host/plan-file.ts';
import { findStartBar } from '../../run/session/start-bar.ts';
import { openStore } from '../../host/open-store.ts';
import { runWithRollback } from '../../run/session/run-with-rollback.ts';
import { locateStateOrReport, loadSettingsOrReport, showRecord } from '../read-settings.ts';
import { readRunName } from '../plan-of-record.ts';
import { loadOrReport } from '../read-plan.ts';
import { findSettingsAbove } from '../../settings/find-settings-file.ts';
import { findByRecord } from './run/by-record.ts';
import { openEnvironment } from './run/open-environment.ts';
import type { RunFlags } from './run/run-flags.ts';
import { runInEnvironment } from './run/run-in-environment.ts';
import type { Prepared } from './run/run-in-environment.ts';

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
  const { outcome: plan, read } = await loadOrReport(
    { path, state, isNeeded: isReal, isStoreOpened: isReal, allowOutside },
    io,
    flags.color,
  );
  const wanted = await loadSettingsOrReport(
    {
      planPath: path,
      allowOutside,
      state,
      progress,
      saved: read.state,
      uses: { record: isReal, api: isReal },
    },
    io,
    flags.color,
  );
  if (typeof plan === 'number') return plan;
  if (wanted === null) return EXIT.refused;
  const folder = dirname(resolve(io.cwd, path));
  const located = locateStateOrReport(
    wanted,
    { name: isReal ? plan.name : null, folders: [io.cwd, folder] },
    io,
  );
  if (typeof located === 'number') return located;
  const settings = { ...wanted, state: located };
  const planFile = describePlanFile(path, io);
  return runPlan(
    { plan, settings, flags, planPath: path, recordedPath: null, planFile, folder, isByRecord: false },
    io,
  );
}

type Chosen = Omit<Prepared, 'environment' | 'store' | 'startBar' | 'waitingSince'>;

async function runPlan(chosen: Chosen, io: Io): Promise<ExitCode> {
  const { flags, settings, plan, folder } = chosen;
  const isReal = flags.simulate === null;
  const found = await openEnvironment(chosen, io);
  if (found.kind === 'failed')
    return found.message === null ? found.exit : fail(io, found.exit, found.message);
  const { environment } = found;
  const waitingSince = steadyTime(environment.clock);
  try {
    const opened = await openStore(found.state, io.clock);
    if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
    const store = opened.value;
    try {
      const isOwn = !isReal && flags.state === null;
      showRecord(store.location, isOwn ? 'temporary, for this simulation' : settings.stateFrom, io);
      const startBar = findStartBar({
        name: plan.name,
        env: io.env,
        folders: [io.cwd, folder],
        state: { value: found.state, from: settings.stateFrom },
        findSettingsAbove: () => findSettingsAbove(folder),
        start: flags.start,
        continueOnly: flags.continueOnly,
        isSimulated: !isReal,
      });
      return await runBoth({ ...chosen, environment, store, startBar, waitingSince }, io);
    } finally {
      await store.close();
    }
  } finally {
    await environment.close();
  }
}

/** A rollout that was rolled back still has failed. */
async function runBoth(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { flags } = prepared;
  const { rollout, rollback } = await runWithRollback({ ...prepared, again: flags.again }, (attempt) => {
    const { plan, again, isRollback, isAgreed } = attempt;
    const agreed = { ...prepared, plan, flags: { ...flags, again, yes: flags.yes || isAgreed } };
    return runInEnvironment(
      isRollback ? { ...agreed, planFile: null, isByRecord: false, startBar: null } : agreed,
      io,
    );
  });
  return rollback === null || rollback === EXIT.completed ? rollout : rollback;
}
