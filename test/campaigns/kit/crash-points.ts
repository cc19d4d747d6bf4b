/** The moments at which a process is killed, and how a case that holds several of them is named. */
import { pick } from '../../kit/pick.ts';
import type { Random } from '../../../src/base/random.ts';

/** `number` counts within one process, from 1. The positions are explained in `injector.cjs`. */
export type CrashPoint =
  | {
      readonly kind: 'append';
      /** Of appends that hold such an event, or `header`; `null` is any append. */
      readonly type: string | null;
      readonly number: number;
      readonly position: AppendPosition;
    }
  | { readonly kind: 'post'; readonly number: number; readonly position: PostPosition };

const APPEND_POSITIONS = ['before', 'during', 'after'] as const;
export type AppendPosition = (typeof APPEND_POSITIONS)[number];

const POST_POSITIONS = ['before', 'sent', 'answered', 'read'] as const;
export type PostPosition = (typeof POST_POSITIONS)[number];

export type Kill =
  | CrashPoint
  /** From outside, this long after the process was started. */
  | { readonly kind: 'random'; readonly afterMs: number };

/** What an injector has told: that it struck, and what was about to be written: the types of events, or `post`. */
export type Strike = CrashPoint & { readonly what: string };

/** `wave-passed-2-during`, `append-12-during`, `post-2-sent`, `after-350ms`. */
export function renderKill(kill: Kill): string {
  if (kill.kind === 'random') return `after-${kill.afterMs}ms`;
  const what = kill.kind === 'append' ? (kill.type ?? 'append') : 'post';
  return `${what}-${kill.number}-${kill.position}`;
}

/**
 * Every append and every POST of a run, at each position. An append goes by what it holds, so that `rollout-completed`
 * is one of them however often the run polled before it. `appends` has each type with how often it is certain to come.
 */
export function enumeratePoints(counts: {
  readonly appends: ReadonlyMap<string, number>;
  readonly posts: number;
}): readonly CrashPoint[] {
  return [
    ...[...counts.appends].flatMap(([type, count]) =>
      upTo(count).flatMap((number) =>
        APPEND_POSITIONS.map((position) => ({ kind: 'append', type, number, position }) as const),
      ),
    ),
    ...upTo(counts.posts).flatMap((number) =>
      POST_POSITIONS.map((position) => ({ kind: 'post', number, position }) as const),
    ),
  ];
}

/** One to `most` kills at any time within `durationMs`, one for each process that is started. */
export function drawRandomKills(random: Random, durationMs: number, most: number): readonly Kill[] {
  return upTo(1 + Math.floor(random() * most)).map(() => ({
    kind: 'random',
    afterMs: Math.floor(random() * durationMs),
  }));
}

/**
 * A kill for each of `length` processes: early points of each, because every one of them begins where the one before
 * was killed.
 */
export function drawChain(random: Random, length: number): readonly Kill[] {
  return upTo(length).map(() =>
    random() < 0.75
      ? { kind: 'append', type: null, number: draw(random, 8), position: pick(random, APPEND_POSITIONS) }
      : { kind: 'post', number: draw(random, 2), position: pick(random, POST_POSITIONS) },
  );
}

function draw(random: Random, most: number): number {
  return 1 + Math.floor(random() * most);
}

function upTo(most: number): readonly number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}
