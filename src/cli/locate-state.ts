/** The place where a rollout is on record; where there are two, that is told. */
import { describePlaces, locateRecord } from '../host/find-record.ts';
import type { RolloutName } from '../plan/identifiers.ts';
import { composeExplain } from '../views/wording/commands.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { Settings, StateLocation } from '../settings/settings.ts';
import { fail } from './io.ts';
import type { Io } from './io.ts';

export type Located = {
  /** `null` for whatever is on record. */
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
