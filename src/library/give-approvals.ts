/**
 * Approvals that the program gave in advance. Each is given as an order when its wave is next, once, so that the record names
 * who gave it.
 */
import { leaveApproval } from '../run/session/give-order.ts';
import type { Giver } from '../run/session/give-order.ts';
import type { JournalStore } from '../store/journal.ts';
import type { WaveName } from '../plan/identifiers.ts';
import { approvalOf } from '../views/tables/situation.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Observer } from '../run/loop/observer.ts';
import type { RunResult } from '../run/loop/run-rollout.ts';

export type Approver = {
  /** Resolves to whether an order was given to a stopped run, so that it continues. */
  readonly goesOn: (result: RunResult) => Promise<boolean>;
  /** Gives an approval to a waiting run. */
  readonly observer: Observer;
  /** Resolves after all orders are where the run looks for them. */
  readonly settled: () => Promise<void>;
};

export type Approving = {
  /** The reason of the approval; `undefined` for a wave without approval. */
  readonly reasonOf: (wave: WaveName) => string | null | undefined;
  readonly store: JournalStore;
  readonly giver: Giver;
};

export function createApprover({ reasonOf, store, giver }: Approving): Approver {
  const given = new Set<WaveName>();
  const underWay: Promise<boolean>[] = [];
  let latest: RolloutState | null = null;

  async function give(wave: WaveName | null, state: RolloutState): Promise<boolean> {
    const reason = wave === null || given.has(wave) ? undefined : reasonOf(wave);
    if (wave === null || reason === undefined) return false;
    given.add(wave);
    const left = await leaveApproval({ wave, state, store, reason }, giver);
    return left.kind === 'done';
  }

  return {
    goesOn: async ({ state, cause }) => cause.why === 'waiting' && (await give(approvalOf(state), state)),
    observer: {
      event(_, state) {
        latest = state;
      },
      notice(notice) {
        if (notice.kind === 'going-on') latest = notice.state;
        if (notice.kind !== 'waiting' || notice.why !== 'approval' || latest === null) return;
        underWay.push(give(notice.wave, latest));
      },
    },
    settled: async () => {
      await Promise.all(underWay);
    },
  };
}
