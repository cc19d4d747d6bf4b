/** With which code a run of the rollout ends where it stands, and what that means to whoever started it. */
import { enumerate } from '../base/text.ts';
import type { WaitReason } from '../rollout/event.ts';
import type { Situation } from './situation.ts';

export type ExitMeaning = { readonly code: number; readonly meaning: string };

const COMPLETED: ExitMeaning = { code: 0, meaning: 'the rollout is complete' };
const HALTED: ExitMeaning = { code: 1, meaning: 'the rollout has halted or was aborted' };
const UNFINISHED: ExitMeaning = { code: 3, meaning: 'not finished, and can go on by running again' };
const STOPPED: ExitMeaning = { code: 4, meaning: 'the API, the credentials or the record stopped it' };
const LOST: ExitMeaning = { code: 5, meaning: 'another runner holds the rollout' };
const IN_DOUBT: ExitMeaning = { code: 6, meaning: 'a deployment is in doubt and needs `settle`' };

const AWAITED: Readonly<Record<Exclude<WaitReason, 'paused'>, string>> = {
  approval: 'an approval',
  window: 'a window',
  soak: 'a soak',
  gate: 'a gate',
  'rate-limit': 'the rate limit',
  'devices-online': 'devices to come online',
  signature: 'a signed request to expire',
};

/** All that a rollout can wait for but a person who resumes it. */
export const WAITS_FOR = `The rollout waits for ${enumerate(Object.values(AWAITED), 'or')}.`;

/** Every cause of exit code 3, of whichever command: the README has these sentences too, and is held to them. */
export const CAUSES_OF_UNFINISHED = [
  WAITS_FOR,
  'It is paused, a command was interrupted, or nobody agreed when asked.',
  'An order was given that no runner has carried out yet.',
  '`follow-up` left devices open.',
].join(' ');

/** `null` while a runner is at work. */
export function exitMeaningOf(situation: Situation): ExitMeaning | null {
  switch (situation.kind) {
    case 'completed':
      return COMPLETED;
    case 'halted':
    case 'aborted':
      return situation.isWatched ? null : HALTED;
    case 'paused':
      return situation.isWatched ? null : UNFINISHED;
    case 'ready':
    case 'interrupted':
    case 'waiting':
    case 'runner-gone':
    case 'not-started':
      return UNFINISHED;
    case 'stopped':
      return STOPPED;
    case 'lost':
      return LOST;
    case 'in-doubt':
      return IN_DOUBT;
    case 'running':
      return null;
  }
}
