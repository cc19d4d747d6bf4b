/** `breakwater unlock`: ends the hold of a runner that is gone, where that cannot be told for certain by itself. */
import { renderElapsed } from '../../base/duration.ts';
import type { Holder } from '../../journal/journal.ts';
import { describeRunner } from '../../report/phrases.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import { findRollout } from '../find-rollout.ts';
import { fail, tell } from '../io.ts';
import type { Io } from '../io.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type UnlockFlags = StoreFlags & { readonly name: string; readonly holder: string };

export function runUnlock(flags: UnlockFlags, io: Io): Promise<ExitCode> {
  return withStore(flags, io, async (store) => {
    const found = await findRollout(flags.name, store, io);
    if (typeof found === 'number') return found;
    const { name } = found;
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
        return fail(io, EXIT.wrong, `${name}: ${describeOther(outcome.holder, io)}`);
      case 'done':
        tell(
          io.stdout,
          `${name}: the hold of ${describeHold(outcome.holder, io)} is ended; should that runner be alive after all, it can record nothing more\n`,
        );
        return EXIT.done;
    }
  });
}

function describeOther(holder: Holder | null, io: Io): string {
  return holder === null
    ? 'nobody holds it'
    : `it is held by another one: ${describeHold(holder, io)}, with the id ${holder.id}`;
}

function describeHold(holder: Holder, { clock }: Io): string {
  return `${describeRunner(holder)}, which has held it for ${renderElapsed(clock.now() - holder.since)}`;
}
