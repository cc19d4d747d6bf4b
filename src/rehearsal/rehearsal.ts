/** A rehearsal, whole: what is shown of it, as text or as JSON. */
import type { PlanDigest } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { computeOdds } from '../rollout/odds.ts';
import type { Breakage, Odds } from '../rollout/odds.ts';
import type { Trial } from './trial.ts';
import { describeNotice } from '../views/live/notices.ts';
import { describeEvent } from '../views/wording/sentences.ts';
import type { JournaledEvent } from '../rollout/event.ts';
import type { Observer } from '../run/loop/observer.ts';

export type Rehearsal = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  readonly seed: number;
  /** `null` where the artifact breaks nothing beyond what the scenario says. */
  readonly breakage: Breakage | null;
  readonly trials: readonly Trial[];
  /** Of the only trial; of many, empty. */
  readonly story: readonly StoryLine[];
  /**
   * The odds of that breakage, where nothing else goes wrong in the trials: what they would show if there were ever so
   * many. `null` where a scenario has its say as well.
   */
  readonly expected: Odds | null;
};

export type OddsColumn = { readonly breakage: Breakage; readonly odds: Odds };

/** Of artifacts that break 0.1 %, 1 %, 5 % and 20 % of the devices. */
const SHARES = [1_000, 10_000, 50_000, 200_000];

/** For each of the usual shares, and for the breakage that was asked for, if it is another one. */
export function oddsColumns({ plan, breakage }: Rehearsal): readonly OddsColumn[] {
  const usual = SHARES.map((partsPerMillion): Breakage => ({ kind: 'share', partsPerMillion }));
  const isUsual = breakage?.kind === 'share' && SHARES.includes(breakage.partsPerMillion);
  const asked = breakage === null || isUsual ? [] : [breakage];
  return [...usual, ...asked].map((one) => ({ breakage: one, odds: computeOdds(plan, one) }));
}

/** `afterMs` since the rollout started. */
export type StoryLine = { readonly afterMs: number; readonly text: string };

export type Story = { readonly observer: Observer; readonly lines: readonly StoryLine[] };

export function openStory(startAt: number): Story {
  const lines: StoryLine[] = [];
  let now = startAt;
  let latest: JournaledEvent['type'] | null = null;
  return {
    lines,
    observer: {
      event(event, state) {
        now = event.at;
        latest = event.type;
        if (isWorthTelling(event)) lines.push({ afterMs: now - startAt, text: describeEvent(event, state) });
      },
      notice(notice) {
        // The event that began it has told it.
        if (notice.kind === 'waiting' && notice.why === 'soak' && latest === 'wave-soaking') return;
        const text = describeNotice(notice, now);
        if (text !== null) lines.push({ afterMs: now - startAt, text });
      },
    },
  };
}

/** How a trial ended is told apart; why it stopped before its end is not. */
function isWorthTelling(event: JournaledEvent): boolean {
  if (event.type === 'runner-stopped') return event.why !== 'completed' && event.why !== 'halted';
  return event.type !== 'runner-started' && event.type !== 'connections-checked';
}
