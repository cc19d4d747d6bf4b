/** With which code a run of the rollout ends where it stands, and what that means to whoever started it. */
import { enumerate } from '../../base/text.ts';
import { AWAITED } from '../../rollout/wait-reasons.ts';
import { EXIT, OUTCOMES } from './outcomes.ts';
import type { Situation } from './situation.ts';
import { outcomeOf } from './situation-table.ts';

export type ExitMeaning = { readonly code: number; readonly meaning: string };

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
  const outcome = outcomeOf(situation);
  return outcome === null ? null : { code: EXIT[outcome], meaning: OUTCOMES[outcome].meaning };
}
