/** `breakwater run`: starts a rollout or goes on with it, says how it ended, and takes it back where the plan says so. */
import { dirname, resolve } from 'node:path';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { openStore } from '../open-store.ts';
import { readPlanAloud } from '../read-plan.ts';
import { readSettingsAloud } from '../read-settings.ts';
import { openWorld } from './run/open-world.ts';
import type { RunFlags } from './run/run-flags.ts';
import { runOrTakeBack } from './run/roll-back.ts';

export async function runRun(flags: RunFlags, io: Io): Promise<ExitCode> {
  const plan = readPlanAloud(flags.path, io, flags.color);
  const settings = await readSettingsAloud(
    { planPath: flags.path, state: flags.state, progress: flags.progress },
    io,
    flags.color,
  );
  if (plan === null || settings === null) return EXIT.wrong;
  const world = await openWorld({ plan, settings, flags }, io);
  if (world.kind === 'failed')
    return world.message === null ? world.exit : fail(io, world.exit, world.message);
  try {
    const opened = await openStore(world.state, io.clock);
    if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
    const store = opened.value;
    try {
      const folder = dirname(resolve(io.cwd, flags.path));
      const prepared = { plan, settings, flags, planPath: flags.path, folder, world, store };
      return await runOrTakeBack(prepared, io);
    } finally {
      await store.close();
    }
  } finally {
    await world.close();
  }
}
