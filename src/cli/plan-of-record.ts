/** The argument with which `run` continues a rollout: its name, or the path of its plan. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { locatePlanFile } from '../host/plan-file.ts';
import { parseRolloutName } from '../plan/identifiers.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import type { CommandTarget } from '../views/wording/commands.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Io } from './io.ts';

/** The name that `run` was given; `null` for a file, or for text that cannot be a name. */
export function readRunName(typed: string, { cwd }: Pick<Io, 'cwd'>): RolloutName | null {
  const name = parseRolloutName(typed);
  return name === null || isFile(typed, cwd) ? null : name;
}

/** For commands that name a rollout whose record has been read; `location` is the store's. */
export function pathsOfRecord(
  { plan, planFile }: Pick<RolloutState, 'plan' | 'planFile'>,
  location: string | null,
  io: Pick<Io, 'cwd' | 'env'>,
): Pick<CommandTarget, 'planPath' | 'recordedPath'> {
  const folders = location !== null && isAbsolute(location) ? [location] : [];
  const recordedPath = planFile === null ? null : (locatePlanFile(planFile, io, folders)?.path ?? null);
  // `run NAME` would read a file with that name.
  return { planPath: isFile(plan.name, io.cwd) ? recordedPath : null, recordedPath };
}

/** True for anything but a folder, also for a path that cannot be read. */
function isFile(typed: string, cwd: string): boolean {
  try {
    return statSync(resolve(cwd, typed), { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return true;
  }
}
