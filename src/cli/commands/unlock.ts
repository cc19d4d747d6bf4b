/** `breakwater unlock`: ends the hold of a runner that is gone, where that cannot be told for certain by itself. */
import type { LockOwner } from '../../rollout/event.ts';
import { renderElapsed, renderSecond } from '../../base/duration.ts';
import type { JournalStore } from '../../store/journal.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import type { Region } from '../../plan/rollout-plan.ts';
import type { RolloutName } from '../../plan/identifiers.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { describeRunner } from '../../views/wording/phrases.ts';
import { fold } from '../../rollout/apply.ts';
import { unansweredUntil, UNASKED_CLOCK_MARGIN_MS } from '../../rollout/in-doubt.ts';
import type { Settings } from '../../settings/settings.ts';
import { askApiTime } from '../../run/session/check-settlement.ts';
import { openApi } from '../open-api.ts';
import { findReading } from '../find-rollout.ts';
import { fail, print } from '../io.ts';
import type { Io } from '../io.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type UnlockFlags = StoreFlags & { readonly name: string; readonly holder: string };

export function runUnlock(flags: UnlockFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store, settings) => {
    // A runner may have been cut off before its first event, or before there was a record to find.
    const name = parseRolloutName(flags.name);
    if (name === null) return printUnlocked(flags.name, store, io);
    const refusal = await refuseWhileSigned(name, { store, settings, holderId: flags.holder }, io);
    if (refusal !== null) return refusal;
    const outcome = await store.unlock(name, flags.holder);
    switch (outcome.kind) {
      case 'problem':
        return fail(io, EXIT.environment, outcome.message);
      case 'alive':
        return fail(
          io,
          EXIT.held,
          `${name}: the holder is alive on this machine: ${describeHold(outcome.holder, io)}. Stop it instead: kill ${outcome.holder.pid}`,
        );
      case 'not-held-by':
        if (outcome.holder === null) return printUnlocked(name, store, io);
        return fail(io, EXIT.refused, `${name}: ${describeOther(outcome.holder, io)}`);
      case 'done':
        print(
          io.stdout,
          `${name}: the hold of ${describeHold(outcome.holder, io)} is ended; should that runner be alive after all, it can record nothing more\n`,
        );
        return EXIT.completed;
    }
  });
}

type Unlocking = { readonly store: JournalStore; readonly settings: Settings; readonly holderId: string };

/**
 * A runner that stands still may have announced a deployment, and sends its signed request when it goes on: until that has
 * ended, its hold stands between it and the next one. `null` where nothing speaks against unlocking.
 */
async function refuseWhileSigned(
  name: RolloutName,
  { store, settings, holderId }: Unlocking,
  io: Io,
): Promise<ExitCode | null> {
  const reading = await store.read(name);
  if (reading.kind === 'problem') return fail(io, EXIT.environment, reading.message);
  const state = fold(reading.value?.events ?? []);
  const until = state === null ? null : unansweredUntil(state);
  if (state === null || until === null || reading.value?.holder?.id !== holderId) return null;
  const { clock: ours } = io;
  const open = (region: Region) => openApi({ settings, region, clock: ours }, io);
  const apiTime = await askApiTime(open, state.plan.region, ours);
  const end = apiTime === null ? until + UNASKED_CLOCK_MARGIN_MS : until;
  if ((apiTime ?? ours.now()) >= end) return null;
  const clock =
    apiTime === null
      ? "by this machine's clock, an hour later than by the API's, which could not be asked"
      : "by the API's clock";
  return fail(
    io,
    EXIT.held,
    `${name}: its holder has signed a deployment, and may still send it until ${renderSecond(end)}, ${clock}: ${describeHold(reading.value.holder, io)}. Unlock it after that; a holder whose process has certainly ended needs no unlocking`,
  );
}

async function printUnlocked(wanted: string, store: JournalStore, io: Io): Promise<ExitCode> {
  const found = await findReading(wanted, store, io);
  return typeof found === 'number' ? found : fail(io, EXIT.refused, `${found.name}: nobody holds it`);
}

function describeOther(holder: LockOwner, io: Io): string {
  return `it is held by another one: ${describeHold(holder, io)}, with the id ${holder.id}`;
}

function describeHold(holder: LockOwner, { clock }: Io): string {
  return `${describeRunner(holder)}, which has held it for ${renderElapsed(clock.now() - holder.since)}`;
}
