/**
 * Progress as lines, for CI and logs: one line an event, with its time on record. When nothing was printed
 * for a while, a heartbeat shows that the run is alive.
 */
import { colourOf } from '../../base/colour.ts';
import type { Colours } from '../../base/colour.ts';
import { guardLog } from '../../base/text.ts';
import { renderElapsed } from '../../base/duration.ts';
import { renderStamp } from '../wording/moments.ts';
import { nameWave } from '../wording/phrases.ts';
import { describeEvent } from '../wording/sentences.ts';
import { describeTally, totalTally } from '../summary/tallies.ts';
import { EVENT_COLOURS, EVENT_TONES } from '../tables/tones.ts';
import { currentWave } from '../status/wave-groups.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Notice } from '../../run/loop/observer.ts';
import { describeNotice, describeOutage, describeWaiting } from './notices.ts';
import type { Waiting } from './notices.ts';
import type { Progress, ProgressOptions } from './progress.ts';
import { describeTimes, EMPTY_VIEW, viewAfterEvent, viewAfterNotice } from './view.ts';
import type { View } from './view.ts';

const HEARTBEAT_MS = 60_000;

/** A wait whose end is known needs fewer heartbeats. */
const BEATS_OF_A_WAIT = 5;

export function openPlainProgress(options: ProgressOptions): Progress {
  const { stream, clock, heartbeatMs = HEARTBEAT_MS } = options;
  const colours = colourOf(options.colour);
  const closing = new AbortController();
  let view = EMPTY_VIEW;
  let saidAt = clock.now();
  let latest: RolloutEvent['type'] | null = null;

  function say(at: number, text: string): void {
    saidAt = clock.now();
    stream.write(guardLog(`${colours.dim(renderStamp(at))} ${text}\n`));
  }

  async function beat(): Promise<void> {
    const { signal } = closing;
    for (let lookedAt = saidAt; ; lookedAt = clock.now()) {
      await clock.sleepUntil(Math.max(saidAt, lookedAt) + heartbeatMs, signal);
      if (signal.aborted) return;
      // Something may have been printed meanwhile.
      const quietMs = heartbeatMs * (waitAt(view, clock.now()) === null ? 1 : BEATS_OF_A_WAIT);
      if (clock.now() >= saidAt + quietMs) say(clock.now(), describeHeartbeat(view, clock.now()));
    }
  }

  const beating = beat();
  return {
    event(event, state) {
      view = viewAfterEvent(view, event, state);
      latest = event.type;
      // Its notice has printed more.
      if (event.type === 'connections-checked') return;
      say(event.at, paint(event.type, colours)(describeEvent(event, state)));
    },
    notice(notice) {
      const text = isSaid(notice, { view, latest }) ? describeNotice(notice, clock.now()) : null;
      view = viewAfterNotice(view, notice);
      if (text !== null) say(clock.now(), colours.yellow(text));
    },
    async close() {
      closing.abort();
      await beating;
    },
  };
}

type Said = { readonly view: View; readonly latest: RolloutEvent['type'] | null };

/**
 * What is still true is not printed again: each call that fails in an outage, each deployment that waits for the rate limit,
 * a soak that has just been announced.
 */
function isSaid(notice: Notice, { view, latest }: Said): boolean {
  if (notice.kind === 'call-failed') return view.outage === null;
  if (notice.kind === 'waiting' && notice.why === 'soak') return latest !== 'wave-soaking';
  return notice.kind !== 'rate-limited' || notice.until !== view.rateLimitedUntil;
}

function describeHeartbeat(view: View, now: number): string {
  const { state, outage } = view;
  if (state === null) return 'still running';
  const waiting = waitAt(view, now);
  return [
    `still running, ${renderElapsed(now - state.startedAt)} since the start`,
    ...(waiting === null ? describeWork(view, state, now) : [describeWaiting(waiting, now)]),
    ...(outage === null ? [] : [describeOutage(outage, now)]),
  ].join('; ');
}

/** The current wait, with nothing in flight; `null` if there is work to do. */
function waitAt({ waiting }: View, now: number): Waiting | null {
  return waiting !== null && waiting.until > now ? waiting : null;
}

function describeWork(view: View, state: RolloutState, now: number): readonly string[] {
  const current = currentWave(state.waves);
  const times = describeTimes(view, now);
  return [
    current === undefined
      ? describeTally(totalTally(state))
      : `${nameWave(current.wave.name)}: ${describeTally(current.tally)}`,
    ...(times === '' ? [] : [times]),
  ];
}

function paint(type: RolloutEvent['type'], colours: Colours): (text: string) => string {
  const colour = EVENT_COLOURS[EVENT_TONES[type]];
  return colour === null ? (text) => text : colours[colour];
}
