/**
 * Records in the journal's first format, as runs and operators left them. Releases to come read them as this one does:
 * neither a `journal.jsonl` nor a `state.json` here is ever made anew.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { EVENT_TYPES } from '../../src/store/line-codec.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { parseRolloutName } from '../../src/plan/identifiers.ts';
import type { Tally } from '../../src/rollout/device-status.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { makeFolder } from '../kit/folders.ts';

const FIXTURES = join(import.meta.dirname, '..', 'fixtures', 'journals', 'v1');
const NAMES = readdirSync(FIXTURES);
const clock = { now: () => 1_795_399_200_000, sleepUntil: () => Promise.resolve() };

type Line = { readonly type?: string; readonly rollout?: string };

function linesOf(name: string): readonly Line[] {
  const text = readFileSync(join(FIXTURES, name, 'journal.jsonl'), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

function summaryOf({
  plan,
  simulated,
  phase,
  pause,
  abort,
  round,
  waves,
  deployments,
  orders,
}: RolloutState) {
  return {
    rollout: plan.name,
    simulated,
    phase: phase.kind,
    paused: pause?.id ?? null,
    aborted: abort?.id ?? null,
    round,
    waves: waves.map((wave) => ({
      name: wave.wave.name,
      phase: wave.phase,
      batches: wave.batches.length,
      tally: asTold(wave.tally),
      acknowledged: asTold(wave.acknowledged),
    })),
    deployments: [...deployments.values()].map(({ key, call, devices }) => ({
      key,
      call: call.kind,
      devices: devices.length,
    })),
    orders: [...orders.values()].map(({ kind, refusal }) => ({ kind, refusal })),
  };
}

/** Without the bucket that came after the first format, and that no record in it can fill. */
function asTold({ inconclusive, ...told }: Tally): Omit<Tally, 'inconclusive'> {
  expect(inconclusive).toBe(0);
  return told;
}

/** Kinds of events that came later. */
const LATER: ReadonlySet<string> = new Set<RolloutEvent['type']>([
  'connections-checked',
  'devices-noted',
  'deployment-not-found',
  'deployment-found',
  'successes-unconfirmed',
  'devices-reverted',
  'earlier-waves-checked',
  'deployment-followed-up',
  'open-accepted',
]);

test('every kind of event of that format is on record in one of them', () => {
  const recorded = new Set(NAMES.flatMap((name) => linesOf(name).flatMap(({ type }) => type ?? [])));
  expect([...recorded].sort()).toEqual([...EVENT_TYPES].filter((type) => !LATER.has(type)).sort());
});

test.each(NAMES)('the record of a rollout, %s, tells what it told, and can be gone on with', async (name) => {
  const rollout = present(parseRolloutName(linesOf(name)[0]?.rollout ?? ''), 'the name in the header');
  const folder = makeFolder();
  mkdirSync(join(folder, rollout));
  copyFileSync(join(FIXTURES, name, 'journal.jsonl'), join(folder, rollout, 'journal.jsonl'));
  const store = openFileStore(folder, clock);
  const opened = await store.open(rollout, { host: hostname(), pid: process.pid, startedBy: null });
  if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
  const { events, tornBytes } = opened.value;
  expect(tornBytes).toBe(0);
  const summary = summaryOf(present(fold(events), 'the state'));
  const expected = join(FIXTURES, name, 'state.json');
  if (process.env['CREATE_GOLDEN'] === '1' && !existsSync(expected)) {
    writeFileSync(expected, `${JSON.stringify(summary, null, 2)}\n`);
  }
  expect(summary).toEqual(JSON.parse(readFileSync(expected, 'utf8')));
  const seq = events.length + 1;
  const stopped = { seq, at: seq, type: 'runner-stopped', why: 'interrupted', message: 'stopped' } as const;
  expect(await opened.value.append([stopped])).toMatchObject({ kind: 'done' });
  await opened.value.close();
  expect(await store.read(rollout)).toMatchObject({ value: { events: [...events, stopped] } });
});
