/**
 * How late the end of a wave is seen, and for how many calls: Breakwater's polling beside fixed intervals and plain
 * exponential back-off, in virtual time. Prints Markdown; the figures are the same on every run and machine, and stand
 * in `polling.md` (`npx tsx bench/polling.ts > bench/polling.md`).
 */
import { seededRandom } from '../src/base/random.ts';
import { CALL_WORTH_MS, decideNextPoll, estimatePolls } from '../src/rollout/polling.ts';
import type { PollingInput } from '../src/rollout/polling.ts';
import type { Policy as CallPolicy } from '../test/rollout/rate-limited-world.ts';
import { SETTINGS_DEFAULTS } from '../src/settings/settings.ts';
import { ADAPTIVE, busyWorld, followWorld, UNAWARE } from '../test/rollout/rate-limited-world.ts';
import {
  adaptive,
  drawRollouts,
  drawWave,
  endOf,
  exponentialBackOff,
  fixedInterval,
  followRollout,
  POPULATIONS,
  TIMEOUT_MS,
  total,
} from './polling-worlds.ts';
import type { Policy, Poller, Score, VirtualWave } from './polling-worlds.ts';

const PER_SHAPE = 20;

/** The knob's positions: from 1 ms to about 5 min, ten to a decade. */
const KNOB = Array.from({ length: 56 }, (_, index) => 10 ** (index / 10));

const BASELINES: Readonly<Record<string, () => Poller>> = {
  'every 5 s': () => fixedInterval(5_000),
  'every 15 s': () => fixedInterval(15_000),
  'every 60 s': () => fixedInterval(60_000),
  'back-off': exponentialBackOff,
};

/** The policy as a run has it. */
const SHIPPED: Policy = {
  callWorthMs: CALL_WORTH_MS,
  bounds: { minIntervalMs: SETTINGS_DEFAULTS.minIntervalMs, maxIntervalMs: SETTINGS_DEFAULTS.maxIntervalMs },
  tellsTimes: true,
};

/** A policy that may not poll more often than every 5 s could not be quicker than polling every 5 s. */
const COMPARED_BOUNDS = { minIntervalMs: 2_000, maxIntervalMs: 300_000 };

const SURPRISES = [
  ['short', 'long'],
  ['long', 'short'],
  ['long', 'stuck'],
  ['stuck', 'long'],
  ['stuck', 'short'],
  ['short', 'stuck'],
] as const;

/** Calls an hour, and deployments in flight. */
const SHARED_KEYS = [
  [1000, 1],
  [1000, 4],
  [1000, 20],
  [1000, 100],
  [60, 1],
  [60, 10],
  [60, 40],
] as const;

type Cell = string | number;

type Rollouts = readonly (readonly VirtualWave[])[];

/** The policy's scores, in the order of the knob's positions: fewer and fewer calls. */
type Sweep = readonly Score[];

main();

function main(): void {
  const worlds = Object.keys(POPULATIONS).map((name) => ({ name, rollouts: drawRollouts(name, PER_SHAPE) }));
  const all = { name: 'all of them', rollouts: worlds.flatMap(({ rollouts }) => rollouts) };
  say('# Polling: lag and calls\n');
  sayWorlds(worlds);
  sayComparison([...worlds, all]);
  sayAsShipped([...worlds, all]);
  sayMost(worlds);
  sayLearning();
  saySurprises();
  sayRateLimits();
  sayShortWindows();
}

function sayWorlds(worlds: readonly { readonly name: string; readonly rollouts: Rollouts }[]): void {
  say(
    'Virtual time, one deployment a wave, five waves a rollout, of 1 to 50, 5 to 200, or 10 to 2000 devices. A wave has a',
  );
  say(
    `timeout of 1 h and its own factor on all times (log-normal, spread 0.2). _Lag_ is from a wave's end (its last device's`,
  );
  say('end, or its timeout) until a poll sees it. Every contender also polls at the timeout.\n');
  const rows = worlds.map(({ name, rollouts }) => {
    const ends = rollouts
      .flat()
      .map(endOf)
      .toSorted((a, b) => a - b);
    const stuck = ends.filter((end) => end >= TIMEOUT_MS).length;
    const median = ends[Math.floor(ends.length / 2)] ?? 0;
    return [name, POPULATIONS[name]?.what ?? '', ends.length, `${Math.round(median / 1000)} s`, stuck];
  });
  sayTable(['population', 'device times', 'waves', 'median end', 'ended by the timeout'], rows, 2);
}

function sayComparison(worlds: readonly { readonly name: string; readonly rollouts: Rollouts }[]): void {
  say('\n## At equal calls, at equal lag\n');
  say(
    'The policy has one knob, what a call is worth. For each baseline it is turned until the policy makes no more calls',
  );
  say(
    '(then lags are compared), and until its lag is no longer (then calls are). Its polls are 2 s to 5 min apart here: with',
  );
  say('5 s at least it could only equal "every 5 s" in lag. Lag in seconds, calls a wave.\n');
  const rows = worlds.flatMap(({ name, rollouts }) => {
    const sweep: Sweep = KNOB.map((callWorthMs) =>
      follow(rollouts, () => adaptive({ ...SHIPPED, bounds: COMPARED_BOUNDS, callWorthMs })),
    );
    return Object.entries(BASELINES).map(([label, poller]) => [
      name,
      label,
      ...compare(sweep, follow(rollouts, poller)),
    ]);
  });
  sayTable(
    [
      'population',
      'baseline',
      'lag',
      'calls',
      '**lag** at no more calls',
      '**calls** at no more lag',
      'holds',
    ],
    rows,
    2,
  );
}

function compare(sweep: Sweep, theirs: Score): readonly Cell[] {
  const asSparing = sweep.find(({ polls }) => polls <= theirs.polls);
  const asQuick = sweep.findLast(({ lagMs }) => lagMs <= theirs.lagMs);
  const isQuicker = asSparing !== undefined && asSparing.lagMs < theirs.lagMs;
  const isMoreSparing = asQuick !== undefined && asQuick.polls < theirs.polls;
  return [
    lagOf(theirs),
    callsOf(theirs),
    asSparing === undefined ? 'none' : `**${lagOf(asSparing)}** (${callsOf(asSparing)} calls)`,
    asQuick === undefined ? 'none' : `**${callsOf(asQuick)}** (lag ${lagOf(asQuick)})`,
    isQuicker && isMoreSparing ? 'yes' : 'NO',
  ];
}

function sayAsShipped(worlds: readonly { readonly name: string; readonly rollouts: Rollouts }[]): void {
  say('\n## As shipped\n');
  say(
    `Here and below a call is worth ${CALL_WORTH_MS / 1000} s, and polls are ${SHIPPED.bounds.minIntervalMs / 1000} s to ${SHIPPED.bounds.maxIntervalMs / 60_000} min apart.`,
  );
  say(
    'Lag in seconds / calls a wave / how long a device that has ended goes unseen, on average, in seconds.\n',
  );
  const contenders: Readonly<Record<string, () => Poller>> = {
    adaptive: () => adaptive(SHIPPED),
    'without `update_epoch`': () => adaptive({ ...SHIPPED, tellsTimes: false }),
    ...BASELINES,
  };
  const rows = worlds.map(({ name, rollouts }) => {
    const cells = Object.values(contenders).map((poller) => {
      const score = follow(rollouts, poller);
      return `${lagOf(score)} / ${callsOf(score)} / ${seconds(score.unseenMs / score.devices)}`;
    });
    return [name, ...cells];
  });
  sayTable(['population', ...Object.keys(contenders)], rows);
}

/** The preview's promise, beside what happened. */
function sayMost(worlds: readonly { readonly name: string; readonly rollouts: Rollouts }[]): void {
  const { worst } = estimatePolls({ timeoutMs: TIMEOUT_MS, typicalMs: TIMEOUT_MS, ...SHIPPED.bounds });
  const most = worlds.map(({ name, rollouts }) => {
    const polls = rollouts.flatMap((waves) =>
      followRollout(waves, adaptive(SHIPPED)).map((score) => score.polls),
    );
    return `${name} ${Math.max(...polls)}`;
  });
  say(`\nMost calls of one wave: ${most.join(', ')}. \`plan\` says at most ${worst} for such a timeout.`);
}

function sayLearning(): void {
  const waves = 5;
  say('\n## What earlier waves teach\n');
  say(
    `Waves of 50 devices, ${PER_SHAPE * 3} rollouts: lag / calls of the first wave, and of those after it.\n`,
  );
  const rows = Object.keys(POPULATIONS).map((name) => {
    const scores = drawSequences(Array.from({ length: waves }, () => name)).map((rollout) =>
      followRollout(rollout, adaptive(SHIPPED)),
    );
    const byWave = Array.from({ length: waves }, (_, index) =>
      total(scores.flatMap((rollout) => rollout.slice(index, index + 1))),
    );
    return [name, ...byWave.map((score) => `${lagOf(score)} / ${callsOf(score)}`)];
  });
  sayTable(['population', ...Array.from({ length: waves }, (_, index) => `wave ${index + 1}`)], rows);
}

function saySurprises(): void {
  say('\n## When a wave is not like those before it\n');
  say('Four waves of one population, then one of another: lag / calls of that last wave.\n');
  const others = ['every 15 s', 'every 60 s', 'back-off'];
  const rows = SURPRISES.map(([before, then]) => {
    const rollouts = drawSequences([before, before, before, before, then]);
    const ofLast = (waves: Rollouts, poller: () => Poller) => {
      const score = total(waves.flatMap((rollout) => followRollout(rollout, poller()).slice(-1)));
      return `${lagOf(score)} / ${callsOf(score)}`;
    };
    const alone = rollouts.map((waves) => waves.slice(-1));
    return [
      before,
      then,
      ofLast(rollouts, () => adaptive(SHIPPED)),
      ofLast(alone, () => adaptive(SHIPPED)),
      ...others.map((label) => ofLast(alone, BASELINES[label] ?? exponentialBackOff)),
    ];
  });
  sayTable(['four waves', 'then', 'adaptive', 'adaptive, knowing nothing', ...others], rows, 2);
}

function sayRateLimits(): void {
  say('\n## Many deployments, one API key\n');
  say(
    'Five waves of deployments of 20 devices in flight at once (the stuck population), the limit counted in fixed hours,',
  );
  say(
    'answers after 0.05 to 1.55 s, others using 15 % of the limit. _429_ counts answers that refused a call; the mean and',
  );
  say(
    'greatest lag are in seconds, calls are polls. "every 15 s" waits while nothing remains, and heeds nothing else.\n',
  );
  const rows = SHARED_KEYS.map(([limit, inFlight]) => [
    limit,
    inFlight,
    ...followLimited(limit, inFlight, { ...ADAPTIVE, nextPoll: decideNextPoll }),
    ...followLimited(limit, inFlight, { nextPoll: every15Seconds, nextCall: UNAWARE, beyond: 'refused' }),
  ]);
  sayTable(
    ['limit an hour', 'in flight', 'adaptive: 429', 'lag', 'calls', 'every 15 s: 429', 'lag', 'calls'],
    rows,
    0,
  );
}

function sayShortWindows(): void {
  say('\n## Windows of any length\n');
  say(
    'Rollouts that are quicker than their limit lets them be, beside the same ones on an API that refuses nothing and answers',
  );
  say('what is over the limit in the next window: which is what the limit makes of them.\n');
  const windows = [
    ['25 in 4 s', 25, 4_000],
    ['60 a minute', 60, 60_000],
    ['1,000 an hour', 1_000, 3_600_000],
  ] as const;
  const rows = windows.flatMap(([what, limit, windowMs]) =>
    ([0.1, 0.95] as const).map((startsInWindow) => {
      const world = busyWorld({ limit, windowMs, reset: 'cut', startsInWindow });
      const ours = followWorld(world, { ...ADAPTIVE, nextPoll: decideNextPoll });
      const least = followWorld(world, {
        nextPoll: decideNextPoll,
        nextCall: UNAWARE,
        beyond: 'served-later',
      });
      const ratio = (ours.tookMs / least.tookMs).toFixed(2);
      return [
        what,
        startsInWindow,
        ours.refused,
        ours.polls,
        seconds(ours.tookMs),
        seconds(least.tookMs),
        ratio,
      ];
    }),
  );
  sayTable(['limit', 'begun at', '429', 'calls', 'adaptive: took', 'the limit makes', 'ratio'], rows);
}

function followLimited(limit: number, inFlight: number, policy: CallPolicy): readonly Cell[] {
  const random = seededRandom(limit + inFlight);
  const draw = POPULATIONS['stuck']?.draw ?? (() => 0);
  const waves = Array.from({ length: 5 }, () =>
    Array.from({ length: inFlight }, () => drawWave(20, draw, random).deviceMs),
  );
  const { polls, refused, lagsMs } = followWorld(
    {
      limit,
      windowMs: 3_600_000,
      reset: 'up',
      answerMs: { least: 50, spread: 1_500 },
      othersShare: 0.15,
      startsInWindow: 0.3,
      waves,
      timeoutMs: TIMEOUT_MS,
      bounds: SHIPPED.bounds,
      seed: 1,
    },
    policy,
  );
  const mean = lagsMs.reduce((sum, lagMs) => sum + lagMs, 0) / lagsMs.length;
  return [refused, `${seconds(mean)} (${seconds(Math.max(...lagsMs))})`, polls];
}

function every15Seconds({ now, acceptedAt, lastPollAt, endAt, budget }: PollingInput): number {
  const at = Math.min(endAt, (lastPollAt ?? acceptedAt) + 15_000);
  return Math.max(now, at, budget.blockedUntil ?? 0);
}

/** Rollouts of one wave of each of `populations`, of 50 devices. */
function drawSequences(populations: readonly string[]): Rollouts {
  return Array.from({ length: PER_SHAPE * 3 }, (_, index) => {
    const random = seededRandom(index + 1);
    return populations.map((name) => drawWave(50, POPULATIONS[name]?.draw ?? (() => 0), random));
  });
}

function follow(rollouts: Rollouts, poller: () => Poller): Score {
  return total(rollouts.flatMap((waves) => followRollout(waves, poller())));
}

function lagOf({ lagMs, waves }: Score): string {
  return seconds(lagMs / waves);
}

function callsOf({ polls, waves }: Score): string {
  return (polls / waves).toFixed(1);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}

/** As Markdown, its columns in line; all but the first `leftColumns` to the right. */
function sayTable(header: readonly string[], rows: readonly (readonly Cell[])[], leftColumns = 1): void {
  const texts = [header, ...rows].map((cells) => cells.map(String));
  const widths = header.map((_, column) => Math.max(3, ...texts.map((cells) => cells[column]?.length ?? 0)));
  const lines = texts.map((cells) =>
    cells.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column < leftColumns ? cell.padEnd(width) : cell.padStart(width);
    }),
  );
  const rule = widths.map((width, column) =>
    column < leftColumns ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`,
  );
  for (const cells of lines.toSpliced(1, 0, rule)) say(`| ${cells.join(' | ')} |`);
}

function say(text: string): void {
  console.log(text);
}
