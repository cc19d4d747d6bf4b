/** What happened, in order: the timeline of a record together with what its waves waited for, which is no event. */
import { renderElapsed } from '../../base/duration.ts';
import { renderMoment } from '../wording/moments.ts';
import { nameWave } from '../wording/phrases.ts';
import type { RolloutRecord, Wait, WaveRecord } from './record.ts';
import { WAITED_FOR } from './waits.ts';

/** A sentence without a full stop, safe to print. */
export type StoryLine = { readonly at: number; readonly text: string };

export function listStory({ timeline, waves }: RolloutRecord): readonly StoryLine[] {
  const waits = waves.flatMap((wave) => wave.waits.map((wait) => describeWait(wave, wait)));
  return waits.length === 0 ? timeline : [...timeline, ...waits].toSorted((a, b) => a.at - b.at);
}

function describeWait({ state }: WaveRecord, { why, from, to }: Wait): StoryLine {
  const until = to === null ? '' : ` until ${renderMoment(to)} (${renderElapsed(to - from)})`;
  return { at: from, text: `${nameWave(state.wave.name)} waits ${WAITED_FOR[why]}${until}` };
}

/** The first and the last, and between them how many were left out: `null` stands where they are missing. */
export function abridge<Item>(items: readonly Item[], most: number): readonly (Item | null)[] {
  if (items.length <= most) return items;
  const first = Math.floor(most / 4);
  return [...items.slice(0, first), null, ...items.slice(items.length - (most - first))];
}
