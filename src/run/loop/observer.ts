/** What a run tells whoever watches it: every journaled event with the state after it, and notices that are not kept. */
import type { WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { WaveWait } from '../../rollout/wait-reasons.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Budget } from '../../backend/api.ts';

export type Observer = {
  event(event: JournaledEvent, state: RolloutState): void;
  notice(notice: Notice): void;
};

/** Things worth showing while a run lasts, which a later reader of the journal can do without. */
export type Notice =
  /** The run continues an earlier one: told once, before its first event. */
  | { readonly kind: 'going-on'; readonly state: RolloutState }
  | { readonly kind: 'journal-cut'; readonly bytes: number }
  | { readonly kind: 'poll-due'; readonly deployment: DeploymentKey; readonly at: number }
  | { readonly kind: 'polled'; readonly deployment: DeploymentKey }
  | { readonly kind: 'budget'; readonly budget: Budget }
  /** A call failed and will be tried again at `retryAt` (epoch milliseconds). */
  | {
      readonly kind: 'call-failed';
      readonly message: string;
      readonly retryAt: number;
      readonly downSince: number;
    }
  /** The API answers again after `downMs`. */
  | { readonly kind: 'api-back'; readonly downMs: number }
  | { readonly kind: 'rate-limited'; readonly until: number }
  /** Our clock less the server's is more than a minute; told once. Positive: ours is ahead. */
  | { readonly kind: 'clock-off'; readonly aheadMs: number }
  /** The API said something that its documentation does not: told once for each kind and deployment. */
  | { readonly kind: 'oddity'; readonly deployment: DeploymentKey; readonly message: string }
  /** What was found before the first POST of a run. */
  | { readonly kind: 'preflight'; readonly preflight: Preflight }
  /** Nothing is in flight, and the wave waits: for its window, its soak, or a person. */
  | {
      readonly kind: 'waiting';
      readonly wave: WaveName;
      readonly why: WaveWait;
      /** Epoch milliseconds; after that it goes on, or for an approval, the run ends. */
      readonly until: number;
    }
  /** A gate is being run. */
  | {
      readonly kind: 'gate-started';
      readonly wave: WaveName;
      readonly name: string;
      readonly attempt: number;
    }
  /** SIGINT or SIGTERM arrived; nothing further is started. */
  | { readonly kind: 'stopping'; readonly inFlight: number };
