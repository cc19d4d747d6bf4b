/**
 * Approvals that the program has given beforehand. Each takes the road of every order when the rollout comes to its wave,
 * so that it is on record with who gave it, and only once.
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
  /** Resolves to whether something was left for a run that has stopped, so that it goes on. */
  readonly goesOn: (result: RunResult) => Promise<boolean>;
  /** Gives an approval to a run that waits for it. */
  readonly observer: Observer;
  /** Resolves once all that was given is where the run looks for it. */
  readonly settled: () => Promise<void>;
};

export type Approving = {
  /** Why the wave is approved; `undefined` for one that is not. */
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
