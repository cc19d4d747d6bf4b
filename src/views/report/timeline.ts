/** Which events a timeline tells, a line each; and as a story, together with what waves waited for, which is no event. */
import { renderElapsed } from '../../base/duration.ts';
import type { JournaledEvent } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { left } from '../blocks/block.ts';
import type { TableBlock } from '../blocks/block.ts';
import { describeEvent } from '../wording/sentences.ts';
import type { TimelineEntry, RolloutRecord, Wait, WaveRecord } from './record.ts';
import { renderMoment } from '../wording/moments.ts';
import { nameWave } from '../wording/phrases.ts';
import { WAITED_FOR } from './waits.ts';

/** `null` for one that is not told; `state` is the one after it. */
export function entryOf(event: JournaledEvent, state: RolloutState): TimelineEntry | null {
  if (!isTold(event)) return null;
  const { seq, at, type } = event;
  const deployment = 'deployment' in event ? event.deployment : null;
  const wave = 'wave' in event ? event.wave : waveOf(deployment, state);
  return { seq, at, type, wave, deployment, text: describeEvent(event, state) };
}

function waveOf(deployment: string | null, { deployments }: RolloutState): TimelineEntry['wave'] {
  return deployment === null ? null : (deployments.get(deployment)?.wave ?? null);
}

/** Of deployments that go as they should there may be a hundred thousand, and ten times as many news of them. */
function isTold(event: JournaledEvent): boolean {
  switch (event.type) {
    case 'deployment-intended':
    case 'deployment-accepted':
    case 'devices-reported':
    case 'devices-noted':
    case 'earlier-waves-checked':
    case 'hook-started':
      return false;
    case 'connections-checked':
      return event.offline.length + event.unlisted.length > 0;
    case 'rollout-started':
    case 'runner-started':
    case 'wave-started':
    case 'deployment-not-made':
    case 'deployment-refused':
    case 'deployment-doubted':
    case 'devices-timed-out':
    case 'deployment-not-found':
    case 'deployment-found':
    case 'successes-unconfirmed':
    case 'devices-reverted':
    case 'wave-soaking':
    case 'soak-ended':
    case 'gate-ended':
    case 'hook-ended':
    case 'wave-passed':
    case 'rollout-halted':
    case 'grace-ended':
    case 'rollout-completed':
    case 'plan-changed':
    case 'rollout-paused':
    case 'rollout-aborted':
    case 'rollout-resumed':
    case 'wave-retried':
    case 'wave-approved':
    case 'rollback-started':
    case 'deployment-settled':
    case 'deployment-followed-up':
    case 'open-accepted':
    case 'order-refused':
    case 'runner-stopped':
      return true;
  }
}

/** A sentence without a full stop, safe to print. */
type StoryLine = { readonly at: number; readonly text: string };

const LINES_SHOWN = 60;

/** The first lines and the last. */
export function timelineTable(record: RolloutRecord): TableBlock {
  const lines = listStory(record);
  const rows = lines.map(({ at, text }) => [renderMoment(at), text]);
  const leftOut = rows.length - LINES_SHOWN;
  const first = LINES_SHOWN / 4;
  return {
    kind: 'table',
    title: 'Timeline',
    columns: left('time', 'what happened'),
    rows: leftOut <= 0 ? rows : [...rows.slice(0, first), { leftOut }, ...rows.slice(first + leftOut)],
    charsMax: 13_000,
  };
}

function listStory({ timeline, waves }: RolloutRecord): readonly StoryLine[] {
  const waits = waves.flatMap((wave) => wave.waits.map((wait) => describeWait(wave, wait)));
  return waits.length === 0 ? timeline : [...timeline, ...waits].toSorted((a, b) => a.at - b.at);
}

function describeWait({ state }: WaveRecord, { why, from, to }: Wait): StoryLine {
  const until = to === null ? '' : ` until ${renderMoment(to)} (${renderElapsed(to - from)})`;
  return { at: from, text: `${nameWave(state.wave.name)} waits ${WAITED_FOR[why]}${until}` };
}
