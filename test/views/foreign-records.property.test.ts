/**
 * Records whose lines are whole and whose sequence was changed: either they are damage, which the fold says with the event,
 * or they can be decided about, shown and reported like any other. Nothing in between: that would end a command as a bug.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc, { runs } from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { describeEvent } from '../../src/views/wording/sentences.ts';
import { renderStatusJson } from '../../src/views/status/status-json.ts';
import { renderStatusList } from '../../src/views/status/status.ts';
import { renderSummary } from '../../src/views/summary/summary.ts';
import { validateEvent } from '../../src/store/generated/validate-event.js';
import { apply, fold } from '../../src/rollout/apply.ts';
import { decide } from '../../src/rollout/decide.ts';
import { decideStart } from '../../src/rollout/entry.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { decideLostHooks } from '../../src/rollout/hooks.ts';
import { decideOnResuming } from '../../src/rollout/in-doubt.ts';
import { decideOrder, eventFor } from '../../src/rollout/handle-order.ts';
import { PLAIN_ORDER_KINDS } from '../../src/rollout/order.ts';
import { RecordDamage } from '../../src/rollout/record-damage.ts';
import { planRollback } from '../../src/rollout/rollback.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { order, settleOrder } from '../kit/orders.ts';
import { everyEvent } from './every-event.ts';
import { RENDERED } from './every-format.ts';
import { entryOf } from './reported.ts';
import { LOOKED_AT_MS } from './situations.ts';
import { COMMANDS } from './told.ts';
import { decideVerdict } from '../../src/rollout/verdict.ts';

const RECORDED = join(import.meta.dirname, '..', 'fixtures', 'journals', 'v1');

const STORIES = [
  ...everyEvent().reduce<JournaledEvent[][]>((stories, { event }) => {
    if (event.seq === 1) stories.push([]);
    present(stories.at(-1), 'a story').push(event);
    return stories;
  }, []),
  ...readdirSync(RECORDED).map((name) =>
    readFileSync(join(RECORDED, name, 'journal.jsonl'), 'utf8')
      .trimEnd()
      .split('\n')
      .slice(1)
      .map((line) => JSON.parse(line) as JournaledEvent),
  ),
].filter((story) => story.length > 3);

type Change = (events: readonly JournaledEvent[], at: number, other: number) => readonly JournaledEvent[];

const CHANGES: Readonly<Record<string, Change>> = {
  lost: (events, at) => events.toSpliced(at, 1),
  repeated: (events, at, other) => events.toSpliced(other, 0, present(events[at], 'an event')),
  swapped: (events, at, other) =>
    events.with(at, present(events[other], 'an event')).with(other, present(events[at], 'an event')),
  'about another deployment': (events, at, other) => give(events, at, other, 'deployment'),
  'about another wave': (events, at, other) => give(events, at, other, 'wave'),
  cut: (events, at) => events.slice(0, at),
};

function give(events: readonly JournaledEvent[], at: number, other: number, key: string) {
  const [one, another] = [events[at], events[other]] as readonly (Record<string, unknown> | undefined)[];
  if (one?.[key] === undefined || another?.[key] === undefined) return events;
  return events.with(at, { ...one, [key]: another[key] } as JournaledEvent);
}

const changed = fc
  .record({
    story: fc.constantFrom(...STORIES),
    changes: fc.array(fc.tuple(fc.constantFrom(...Object.keys(CHANGES)), fc.nat(), fc.nat()), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .map(({ story, changes }) =>
    changes
      .reduce<readonly JournaledEvent[]>((events, [name, at, other]) => {
        const [first = 0, second = 0] = [at, other].map((index) => index % Math.max(1, events.length));
        return events.length === 0 ? events : present(CHANGES[name], name)(events, first, second);
      }, story)
      .map((event, index) => ({ ...event, seq: index + 1 })),
  );

/** All that commands do with a record, as far as it is pure. */
function useRecord(events: readonly JournaledEvent[], state: RolloutState): void {
  const now = state.updatedAt + LOOKED_AT_MS;
  for (const at of [now, now + 86_400_000]) decide(state, at);
  decideVerdict(state);
  decideLostHooks(state);
  planRollback(state);
  for (const again of [true, false]) {
    decideStart(state, { plan: state.plan, digest: state.digest, simulated: state.simulated, again });
  }
  const resumed = decideOnResuming(state, []).reduce(
    (next, event) => apply(next, { seq: next.seq + 1, at: next.updatedAt, ...event }),
    state,
  );
  let next = resumed;
  for (let decision = decide(next, now); decision.kind === 'record'; decision = decide(next, now)) {
    next = apply(next, { seq: next.seq + 1, at: now, ...decision.event });
  }
  const decision = decide(next, now);
  // A round that neither posts nor follows anything would never end.
  if (decision.kind === 'deploy' && decision.until === null)
    expect(decision.post.length + decision.follow.length).toBeGreaterThan(0);
  const orders = [
    ...PLAIN_ORDER_KINDS.map((kind) => order(kind, `${kind} anew`)),
    ...[...state.deployments.keys()].map((key) => settleOrder(key, { kind: 'not-created' }, 'settle anew')),
  ];
  for (const one of orders) {
    decideOrder(resumed, one);
    const event = eventFor(resumed, one);
    if (event !== null) decide(apply(resumed, { seq: resumed.seq + 1, at: now, ...event }), now);
  }
  const options = { now, colour: false, columns: 80, commands: COMMANDS };
  const entry = entryOf({ events });
  renderSummary(state, { ...options, isHeld: false });
  renderStatusList([{ state, isHeld: true }], options);
  renderStatusJson({ state, isHeld: false });
  for (const render of Object.values(RENDERED)) render(entry, options);
  fold(events, (event, after) => describeEvent(event, after));
}

/** What becomes of it: `refused` by what reads its lines, before anything is folded. */
function tryRecord(events: readonly JournaledEvent[]): 'refused' | 'damaged' | 'sound' {
  if (!events.every((event) => validateEvent(event))) return 'refused';
  let state: RolloutState | null = null;
  try {
    state = fold(events);
  } catch (error) {
    expect(error).toBeInstanceOf(RecordDamage);
    return 'damaged';
  }
  if (state !== null) useRecord(events, state);
  return 'sound';
}

test('a record whose sequence was changed is damage that names the event, or can be gone on with', () => {
  const counts = { refused: 0, damaged: 0, sound: 0 };
  fc.assert(
    fc.property(changed, (events) => {
      counts[tryRecord(events)]++;
    }),
    { numRuns: runs(1_500) },
  );
  expect(Math.min(counts.damaged, counts.sound)).toBeGreaterThan(runs(100));
});

type Place = readonly (string | number)[];

/** Of everything within `value` but what tells one event from another. */
function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (typeof value !== 'object' || value === null) return [place];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    place.length === 0 && (key === 'seq' || key === 'type') ? [] : placesIn(one, [...place, key]),
  );
  return place.length === 0 ? inner : [place, ...inner];
}

function putAt(value: unknown, [key, ...rest]: Place, made: unknown): unknown {
  if (key === undefined) return made;
  const inner = (value as Record<string | number, unknown>)[key];
  const put = putAt(inner, rest, made);
  if (Array.isArray(value)) return value.map((one: unknown, index) => (String(index) === key ? put : one));
  // What is `undefined` is left out where it is written.
  return JSON.parse(JSON.stringify({ ...(value as object), [key]: put })) as unknown;
}

const OTHER_VALUES = [undefined, null, 0, -1, 1.5, 'x', '', true, {}, [], ['x'], [null], { x: 1 }];

const misshapen = fc
  .record({
    story: fc.constantFrom(...STORIES),
    at: fc.nat(),
    place: fc.nat(),
    made: fc.constantFrom(...OTHER_VALUES),
  })
  .map(({ story, at, place, made }) => {
    const index = at % story.length;
    const event = present(story[index], 'an event');
    const places = placesIn(event);
    const changedEvent = putAt(event, present(places[place % places.length], 'a place'), made);
    return story.with(index, changedEvent as JournaledEvent);
  });

test('a record of which a value is missing or of another kind is refused, damage, or can be gone on with', () => {
  const counts = { refused: 0, damaged: 0, sound: 0 };
  fc.assert(
    fc.property(misshapen, (events) => {
      counts[tryRecord(events)]++;
    }),
    { numRuns: runs(1_500) },
  );
  expect(counts.refused).toBeGreaterThan(runs(100));
});
