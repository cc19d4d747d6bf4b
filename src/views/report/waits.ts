/**
 * What a wave waited for before its devices could be posted. The journal does not say so: it follows from when the wave
 * had devices to post, when its window was open, and when it was approved.
 */
import type { Wave } from '../../plan/rollout-plan.ts';
import { HOLD_KINDS } from '../../rollout/start-conditions.ts';
import type { HoldKind } from '../../rollout/start-conditions.ts';
import { nextOpening } from '../../rollout/window.ts';
import type { Opening } from '../../rollout/window.ts';
import type { RolloutState, WaveState } from '../../rollout/state.ts';
import type { Span, Wait, WaveRecord } from './record.ts';

type Approvals = Pick<WaveRecord, 'readyAt' | 'approvals'> & {
  /** When it had devices to post. */
  readonly due: readonly Span[];
};

/** A window opens at most once a day: this is more than a year of them. */
const OPENINGS_MAX = 400;

export function waitsOf(
  wave: WaveState,
  turns: Approvals,
  { updatedAt, phase }: RolloutState,
): readonly Wait[] {
  const isOver = phase.kind !== 'running';
  const spans = turns.due.map(({ from, to }) => ({ from, to: to ?? (isOver ? updatedAt : null) }));
  return HOLD_KINDS.flatMap((kind): readonly Wait[] => {
    switch (kind) {
      case 'window':
        return windowWaits(wave, spans, updatedAt);
      case 'approval':
        return approvalWaits(wave, turns, spans);
      // They are events, and have lists of their own.
      case 'paused':
      case 'in-doubt':
      case 'before-rollout':
      case 'before-wave':
        return [];
      // It is about a batch, and nothing on record tells how long it was waited for.
      case 'signature':
        return [];
    }
  }).toSorted((a, b) => a.from - b.from);
}

/** After "waits", for people. */
export const WAITED_FOR: Readonly<Record<Wait['why'], string>> = {
  window: 'for its window',
  approval: 'for approval',
};

/** `now`: as far as the record tells; a wait that it does not see the end of is open. */
function windowWaits({ wave: { window } }: WaveState, due: readonly Span[], now: number): readonly Wait[] {
  if (window === undefined) return [];
  return due.flatMap(({ from, to }) => {
    const waits: Wait[] = [];
    let at = from;
    for (let opening = 0; opening < OPENINGS_MAX && at <= (to ?? now); opening++) {
      const next: Opening = nextOpening(window, at);
      const until = to === null ? (next.from > now ? null : next.from) : Math.min(next.from, to);
      if (next.from > at) waits.push({ why: 'window', from: at, to: until });
      at = next.to;
    }
    return waits;
  });
}

function approvalWaits(
  { wave, startedAt }: WaveState,
  { readyAt, approvals }: Approvals,
  due: readonly Span[],
): readonly Wait[] {
  if (wave.approval === undefined || readyAt === null) return [];
  const from = freeOfAllBefore('approval', wave, readyAt);
  const given = approvals.filter(({ at }) => startedAt === null || at <= startedAt).at(-1)?.at ?? null;
  const to = given ?? due[0]?.to ?? null;
  return to !== null && to <= from ? [] : [{ why: 'approval', from, to }];
}

/** From when it could have started but for that condition: when all that hold back a start before it do so no more. */
function freeOfAllBefore(kind: HoldKind, wave: Wave, readyAt: number): number {
  return HOLD_KINDS.slice(0, HOLD_KINDS.indexOf(kind)).reduce((at, one) => freeOf(one, wave, at), readyAt);
}

/** When that condition holds back no more what is due `at`, as far as the plan alone tells. */
function freeOf(kind: HoldKind, { window }: Wave, at: number): number {
  switch (kind) {
    case 'window':
      return window === undefined ? at : Math.max(at, nextOpening(window, at).from);
    // When these end, the plan does not tell.
    case 'paused':
    case 'in-doubt':
    case 'before-rollout':
    case 'approval':
    case 'before-wave':
    case 'signature':
      return at;
  }
}
