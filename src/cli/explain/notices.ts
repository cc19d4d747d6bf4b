import type { Notice } from '../../run/loop/observer.ts';
import type { Explanation } from '../../findings/explanation.ts';

/** What only tells how a run gets on. */
type Routine =
  | 'going-on'
  | 'poll-due'
  | 'polled'
  | 'budget'
  | 'api-back'
  | 'preflight'
  | 'waiting'
  | 'gate-started'
  | 'stopping'
  /** Explained as what the API answered. */
  | 'rate-limited';

export const noticeExplanations: Readonly<Record<Exclude<Notice['kind'], Routine>, Explanation>> = {
  'journal-cut': {
    meaning: "The last line of the rollout's record was torn, and has been cut off.",
    why: 'The runner before was killed while it wrote. Nothing was acted upon by that line: each one is durable before the run goes on.',
    next: 'Nothing: everything before it is whole.',
  },
  'call-failed': {
    meaning: 'A call to the API failed and is tried again.',
    why: 'Before the first deployment of a run, 10 s are borne. Later, devices are in flight, and it is tried for as long as the setting `apiOutage` says.',
    next: 'Nothing, if it comes back. If the run ends with exit code 4, run the plan again: it goes on.',
    commands: ['breakwater settings'],
  },
  'clock-off': {
    meaning: "This machine's clock differs from the API's by more than a minute.",
    why: "Requests are signed with a time. Breakwater goes by the API's clock, so nothing fails; windows and deadlines go by it as well.",
    next: 'Set the clock, by NTP for example.',
  },
  oddity: {
    meaning: 'The API said something that its documentation does not.',
    why: 'A status word that is not known, or a device that was not asked for: it is told once, and not guessed at.',
    next: "If devices end otherwise than the portal says, ask the vendor's support, with the X-Request-ID in the report.",
    commands: ['breakwater report NAME'],
  },
};
