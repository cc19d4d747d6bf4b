/** `breakwater unlock`: removes the lock of a runner that is gone, if Breakwater cannot find that out itself. */
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
    // A runner may have ended before its first event, when there is no record yet.
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
          `${name}: the lock owner is alive on this machine: ${describeHold(outcome.holder, io)}. Stop it instead: kill ${outcome.holder.pid}`,
        );
      case 'not-held-by':
        if (outcome.holder === null) return printUnlocked(name, store, io);
        return fail(io, EXIT.refused, `${name}: ${describeOther(outcome.holder, io)}`);
      case 'done':
        print(
          io.stdout,
          `${name}: unlocked. The lock owner was ${describeHold(outcome.holder, io)}. If that runner is still alive, it can record nothing more.\n`,
        );
        return EXIT.completed;
    }
  });
}

type Unlocking = { readonly store: JournalStore; readonly settings: Settings; readonly holderId: string };

/**
 * A suspended runner may have recorded an intent, and sends its signed request when it wakes up. The lock must stay until the
 * signature has expired. Resolves to `null` if unlocking is safe.
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
      ? "by this machine's clock; this adds an hour because the API's clock is unknown"
      : "by the API's clock";
  return fail(
    io,
    EXIT.held,
    `${name}: the lock owner signed a deployment and may still send it: ${describeHold(reading.value.holder, io)}. Unlock the rollout after ${renderSecond(end)} (${clock}). If the process has ended on this machine, no unlock is needed.`,
  );
}

async function printUnlocked(wanted: string, store: JournalStore, io: Io): Promise<ExitCode> {
  const found = await findReading(wanted, store, io);
  return typeof found === 'number'
    ? found
    : fail(io, EXIT.refused, `${found.name}: the rollout is not locked`);
}

function describeOther(holder: LockOwner, io: Io): string {
  return `another runner owns the lock: ${describeHold(holder, io)}. Its id is ${holder.id}`;
}

function describeHold(holder: LockOwner, { clock }: Io): string {
  return `${describeRunner(holder)}, locked for ${renderElapsed(clock.now() - holder.since)}`;
}
