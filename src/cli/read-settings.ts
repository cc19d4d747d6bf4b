/**
 * The settings for a command, and the place of a rollout's record. Errors in either are printed on stderr, and so is the
 * place.
 */
import type { SavedState } from '../plan/saved-plan.ts';
import type { Uses } from '../settings/check-settings.ts';
import { resolveSettings } from '../settings/resolve-settings.ts';
import type { ProgressChoice, Settings, StateLocation, SettingOrigin } from '../settings/settings.ts';
import { fail, print } from './io.ts';
import type { Io } from './io.ts';
import { printDiagnostics } from './read-plan.ts';
import { describePlaces, locateRecord } from '../host/find-record.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { composeExplain } from '../views/wording/commands.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { printable } from '../base/text.ts';

export type SettingsWanted = {
  /** `null` for a command without a plan. */
  readonly planPath: string | null;
  /** `--allow-outside`; ignored without a plan. */
  readonly allowOutside: boolean;
  readonly state: string | null;
  readonly progress: ProgressChoice | null;
  readonly uses: Uses;
  /** The place of the record from a saved plan; `null` unless given. */
  readonly saved?: SavedState | null;
};

export async function loadSettingsOrReport(
  { planPath, allowOutside, state, progress, uses, saved = null }: SettingsWanted,
  io: Io,
  color: boolean,
): Promise<Settings | null> {
  const { settings, diagnostics, sources } = await resolveSettings({
    planPath,
    allowOutside,
    cwd: io.cwd,
    env: io.env,
    flags: { state, progress },
    uses,
    saved,
  });
  printDiagnostics({ diagnostics, sources }, io, color);
  return settings;
}

export type Located = {
  /** `null` for all rollouts on record. */
  readonly name: RolloutName | null;
  /** Absolute paths: the current one, and the plan's. */
  readonly folders: readonly string[];
};

export function locateStateOrReport(
  { state: value, stateFrom: from }: Settings,
  { name, folders }: Located,
  io: Io,
): StateLocation | ExitCode {
  if (name === null) return value;
  const located = locateRecord({ name, folders, state: { value, from } });
  if (located.kind === 'place') return located.state;
  const why = describePlaces(located, name);
  return fail(io, EXIT.refused, `${why}\nFor more about this: ${composeExplain('two-records')}`);
}

/** Prints the place of the record, so that a wrong place is seen at once. `from`: a remark if no setting gave the place. */
export function showRecord(location: string, from: SettingOrigin | string, io: Io): void {
  const why = typeof from === 'string' ? from : describeOrigin(from);
  print(io.stderr, `Record: ${printable(location)} (${printable(why)})\n`);
}

/** Describes the source of a setting's value. */
export function describeOrigin(from: SettingOrigin): string {
  switch (from.kind) {
    case 'flag':
    case 'environment':
      return from.name;
    case 'file':
      return `${from.path}:${from.line}`;
    case 'plan':
      return from.path;
    case 'default':
      return 'default';
  }
}
