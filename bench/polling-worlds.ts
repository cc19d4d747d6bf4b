/**
 * Rollouts in virtual time, for `polling.ts`: device times drawn from named populations, and a poller following them
 * wave by wave. No clock, and chance from fixed seeds: the same figures on every machine.
 */
import { hashText, seededRandom } from '../src/base/random.ts';
import type { Random } from '../src/base/random.ts';
import { joinExperience, learnEnded, learnOpen, NO_EXPERIENCE } from '../src/rollout/experience.ts';
import type { Experience } from '../src/rollout/experience.ts';
import { decideNextPoll } from '../src/rollout/polling.ts';
import type { PollingBounds } from '../src/rollout/polling.ts';
import { UNTOLD_BUDGET } from '../src/rollout/shared-budget.ts';

/** The times of its devices from the deployment's acceptance, in ascending order; `Infinity` for one that is stuck. */
export type VirtualWave = { readonly deviceMs: readonly number[]; readonly timeoutMs: number };

/** Follows one rollout: told of each wave's start and of every poll's news, asked for the age of the next poll. */
export type Poller = {
  startWave(wave: VirtualWave): void;
  /** `from` and `to` are the indexes of the devices that ended between `lastMs` and `ageMs`. */
  see(news: {
    readonly from: number;
    readonly to: number;
    readonly lastMs: number;
    readonly ageMs: number;
  }): void;
  nextAge(ageMs: number, open: number): number;
};

/** Sums over waves. `unseenMs` is, over devices that ended, from a device's end until a poll saw it. */
export type Score = {
  readonly lagMs: number;
  readonly polls: number;
  readonly waves: number;
  readonly unseenMs: number;
  readonly devices: number;
};

export const TIMEOUT_MS = 3_600_000;

/** Five waves each, as plans have them: cautious, usual, large. */
const SHAPES: readonly (readonly number[])[] = [
  [1, 5, 10, 20, 50],
  [5, 20, 50, 100, 200],
  [10, 100, 500, 1000, 2000],
];

/** Waves differ: at another site everything takes longer or shorter by a factor of this spread (log-normal). */
const SITE_SPREAD = 0.2;

type Draw = (random: Random) => number;

const PURE: Readonly<Record<string, Draw>> = {
  short: (random) => logNormal(random, 20_000, 0.4),
  long: (random) => logNormal(random, 900_000, 0.25),
  'heavy-tailed': (random) => 30_000 * (1 - random()) ** (-1 / 1.2),
  stuck: (random) => (random() < 0.01 ? Infinity : logNormal(random, 180_000, 0.4)),
};

/** What a population is, for the reader of the tables. */
export const POPULATIONS: Readonly<Record<string, { readonly what: string; readonly draw: Draw }>> = {
  short: { what: 'log-normal, median 20 s, spread 0.4', draw: drawOf('short') },
  long: { what: 'log-normal, median 15 min, spread 0.25', draw: drawOf('long') },
  'heavy-tailed': { what: 'Pareto, from 30 s, exponent 1.2', draw: drawOf('heavy-tailed') },
  stuck: { what: 'log-normal, median 3 min, spread 0.4; 1 % never end', draw: drawOf('stuck') },
  mixed: {
    what: 'each device from one of the four',
    draw: (random) => drawOf(Object.keys(PURE)[Math.floor(random() * 4)] ?? 'short')(random),
  },
};

/** `perShape` rollouts of each shape. */
export function drawRollouts(population: string, perShape: number): readonly (readonly VirtualWave[])[] {
  const draw = POPULATIONS[population]?.draw ?? drawOf(population);
  return SHAPES.flatMap((shape, shapeIndex) =>
    Array.from({ length: perShape }, (_, index) => {
      const random = seededRandom(hashText(`${population} ${shapeIndex} ${index}`));
      return shape.map((size) => drawWave(size, draw, random));
    }),
  );
}

export function drawWave(size: number, draw: Draw, random: Random): VirtualWave {
  const site = logNormal(random, 1, SITE_SPREAD);
  const deviceMs = Array.from({ length: size }, () => draw(random) * site).sort((a, b) => a - b);
  return { deviceMs, timeoutMs: TIMEOUT_MS };
}

/** Every poller is also given the poll at the deadline: without it, fixed intervals would look worse than they are. */
export function followRollout(waves: readonly VirtualWave[], poller: Poller): readonly Score[] {
  return waves.map((wave) => followWave(wave, poller));
}

export function total(scores: readonly Score[]): Score {
  const sum = { lagMs: 0, polls: 0, waves: 0, unseenMs: 0, devices: 0 };
  for (const score of scores) {
    sum.lagMs += score.lagMs;
    sum.polls += score.polls;
    sum.waves += score.waves;
    sum.unseenMs += score.unseenMs;
    sum.devices += score.devices;
  }
  return sum;
}

export function endOf({ deviceMs, timeoutMs }: VirtualWave): number {
  return Math.min(timeoutMs, deviceMs[deviceMs.length - 1] ?? 0);
}

export function fixedInterval(intervalMs: number): Poller {
  return { startWave: nothing, see: nothing, nextAge: (ageMs) => ageMs + intervalMs };
}

/** 5 s, 10 s, 20 s … 5 min between polls. */
export function exponentialBackOff(): Poller {
  let intervalMs = 0;
  return {
    startWave() {
      intervalMs = 2_500;
    },
    see: nothing,
    nextAge(ageMs) {
      intervalMs = Math.min(300_000, intervalMs * 2);
      return ageMs + intervalMs;
    },
  };
}

export type Policy = {
  readonly callWorthMs: number;
  readonly bounds: PollingBounds;
  /** Whether the API gives `update_epoch`, in whole seconds. */
  readonly tellsTimes: boolean;
};

export function adaptive({ callWorthMs, bounds, tellsTimes }: Policy): Poller {
  let earlier = NO_EXPERIENCE;
  let ended = NO_EXPERIENCE;
  let open = 0;
  let ageMs = 0;
  let current: VirtualWave | null = null;
  return {
    startWave(wave) {
      earlier = withOpen(joinExperience(earlier, ended), open, ageMs);
      ended = NO_EXPERIENCE;
      open = wave.deviceMs.length;
      ageMs = 0;
      current = wave;
    },
    see(news) {
      const seen = (current?.deviceMs ?? []).slice(news.from, news.to);
      const times = seen.map((endMs) => {
        if (!tellsTimes) return { afterMs: news.lastMs, byMs: news.ageMs };
        const toldMs = Math.floor(endMs / 1000) * 1000;
        return { afterMs: toldMs, byMs: toldMs };
      });
      ended = learnEnded(ended, times);
      open -= seen.length;
      ageMs = news.ageMs;
    },
    nextAge: (lastPollAt, stillOpen) =>
      decideNextPoll(
        {
          now: lastPollAt,
          acceptedAt: 0,
          lastPollAt: lastPollAt === 0 ? null : lastPollAt,
          endAt: current?.timeoutMs ?? 0,
          open: stillOpen,
          own: ended,
          others: earlier,
          budget: UNTOLD_BUDGET,
          bounds,
        },
        callWorthMs,
      ),
  };
}

function withOpen(experience: Experience, open: number, ageMs: number): Experience {
  return open === 0 ? experience : learnOpen(experience, open, ageMs);
}

function followWave(wave: VirtualWave, poller: Poller): Score {
  const { deviceMs, timeoutMs } = wave;
  poller.startWave(wave);
  let lastMs = 0;
  let ended = 0;
  let polls = 0;
  let unseenMs = 0;
  for (;;) {
    const ageMs = Math.min(timeoutMs, poller.nextAge(lastMs, deviceMs.length - ended));
    if (ageMs <= lastMs) throw new Error(`the poll after ${lastMs} ms comes at ${ageMs} ms`);
    polls++;
    const from = ended;
    for (let endMs = deviceMs[ended]; endMs !== undefined && endMs <= ageMs; endMs = deviceMs[ended]) {
      unseenMs += ageMs - endMs;
      ended++;
    }
    poller.see({ from, to: ended, lastMs, ageMs });
    if (ended === deviceMs.length || ageMs >= timeoutMs) {
      return { lagMs: ageMs - endOf(wave), polls, waves: 1, unseenMs, devices: ended };
    }
    lastMs = ageMs;
  }
}

function drawOf(name: string): Draw {
  const draw = PURE[name];
  if (draw === undefined) throw new Error(`no population ${name}`);
  return draw;
}

function logNormal(random: Random, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return median * Math.exp(spread * normal);
}

function nothing(): void {
  // Fixed schedules learn nothing.
}
