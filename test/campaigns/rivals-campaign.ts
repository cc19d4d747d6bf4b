/** The rivals campaign: many processes start the same rollout at once, again and again; one at a time may act. */
import { hashText, seededRandom } from '../../src/base/random.ts';
import type { Campaign } from './kit/project.ts';
import { runRound } from './kit/rival-round.ts';
import type { RoundResult } from './kit/rival-round.ts';

export type RoundKind = 'plain' | 'kill' | 'kill-twice' | 'wait' | 'wait-and-kill';

/** In turn, from round 1 on. */
export const ROUND_KINDS: readonly RoundKind[] = ['plain', 'kill', 'wait', 'kill-twice', 'wait-and-kill'];

const KILLS: Readonly<Record<RoundKind, number>> = {
  plain: 0,
  kill: 1,
  'kill-twice': 2,
  wait: 0,
  'wait-and-kill': 1,
};

export type RivalRound = { readonly id: string; readonly kind: RoundKind };

export type RivalResult = RoundResult & RivalRound;

/** `round-3-wait` and so on. */
export function listRounds(count: number): readonly RivalRound[] {
  return Array.from({ length: count }, (_, index) => {
    const kind = ROUND_KINDS[index % ROUND_KINDS.length] ?? 'plain';
    return { id: `round-${index + 1}-${kind}`, kind };
  });
}

export type RivalOptions = {
  readonly seed: number;
  readonly processes: number;
  readonly hasLock?: boolean;
};

export async function runRival(
  campaign: Campaign,
  { id, kind }: RivalRound,
  { seed, processes, hasLock = true }: RivalOptions,
): Promise<RivalResult> {
  const result = await runRound(campaign, {
    processes,
    seed,
    random: seededRandom(hashText(`${seed} ${id}`)),
    kills: KILLS[kind],
    isWaiting: kind === 'wait' || kind === 'wait-and-kill',
    hasLock,
  });
  return { id, kind, ...result };
}
