/** What `run` is to be given so that it continues a rollout: its name, or its plan's path. */
import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { locatePlanFile } from '../host/plan-file.ts';
import { parseRolloutName } from '../plan/identifiers.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import type { CommandTarget } from '../views/wording/commands.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Io } from './io.ts';

/** The name that `run` is given, or `null` for what is a file, or can be nothing else. */
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
  // A file with the rollout's name is what `run NAME` would take.
  return { planPath: isFile(plan.name, io.cwd) ? recordedPath : null, recordedPath };
}

/** Anything but a folder: what cannot be looked at may be one. */
function isFile(typed: string, cwd: string): boolean {
  try {
    return statSync(resolve(cwd, typed), { throwIfNoEntry: false })?.isDirectory() === false;
  } catch {
    return true;
  }
}
