/** The settings for a command, telling on stderr what is wrong with them. */
import type { SavedState } from '../plan/saved-plan.ts';
import type { Uses } from '../settings/check-settings.ts';
import { resolveSettings } from '../settings/resolve-settings.ts';
import type { ProgressChoice, Settings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { printDiagnostics } from './read-plan.ts';

export type SettingsWanted = {
  /** `null` for a command that has none. */
  readonly planPath: string | null;
  /** `--allow-outside`; it says nothing where there is no plan. */
  readonly allowOutside: boolean;
  readonly state: string | null;
  readonly progress: ProgressChoice | null;
  readonly uses: Uses;
  /** What a saved plan carries of the place that its plan had; `null` unless given. */
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
