/**
 * Records as releases have left them: whatever the engine learns, they tell what they told, and are gone on with as they
 * were. How they were made is told beside them; none of them is ever made anew.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import { readPlan } from '../../src/cli/read-plan.ts';
import { foldRecord } from '../../src/views/report/fold-record.ts';
import { renderReportJson } from '../../src/views/report/render-json.ts';
import { renderStatusJson } from '../../src/views/status/status-json.ts';
import { fold } from '../../src/rollout/apply.ts';
import { decideStart } from '../../src/rollout/entry.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { appendTo, describeWent, goOn, namesIn, readRecord } from './records.ts';
import type { ReleasedRecord, Stand, Went } from './records.ts';

const RELEASED = join(import.meta.dirname, '0.1');
const RECORDS = join(RELEASED, 'records');

/** Sentences for people. */
const WORDS: readonly string[] = ['message', 'meaning', 'text'];

/** What is said in words may be said in others; that it is said stays. */
function withoutWords(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutWords);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [
      key,
      WORDS.includes(key) && typeof one === 'string' ? (expect.any(String) as unknown) : withoutWords(one),
    ]),
  );
}

function wasPrinted(folder: string, file: string): object {
  return withoutWords(JSON.parse(readFileSync(join(folder, file), 'utf8'))) as object;
}

function entryOf(record: ReleasedRecord, name: string) {
  const { events, holder, orders } = present(record.rollouts.get(name), name);
  return { events, isHeld: holder !== null, holder, orders };
}

/** The rollout itself, and what takes it back. */
function standOf({ rollouts }: ReleasedRecord): Stand {
  const of = (isRollback: boolean) =>
    [...rollouts.entries()].find(([name]) => name.endsWith('.rollback') === isRollback)?.[1];
  return {
    rollout: of(false)?.events ?? [],
    rollback: of(true)?.events ?? [],
    left: of(false)?.orders ?? [],
  };
}

type Cut = { readonly title: string; readonly stand: Stand };

/** Where the runner may have ended: after each event of the rollout, then after each of its rollback. */
function cutsOf({ rollout, rollback, left }: Stand): readonly Cut[] {
  const titleOf = (events: readonly JournaledEvent[]) => `${events.length} ${events.at(-1)?.type ?? ''}`;
  const cutsOfOne = (events: readonly JournaledEvent[]) =>
    events.map((_, index) => events.slice(0, index + 1));
  return [
    ...cutsOfOne(rollout).map((cut) => ({
      title: titleOf(cut),
      stand: { rollout: cut, rollback: [], left: cut.length === rollout.length ? left : [] },
    })),
    ...cutsOfOne(rollback).map((cut) => ({
      title: `rollback ${titleOf(cut)}`,
      stand: { rollout, rollback: cut, left: [] },
    })),
  ];
}

/** Once for each artifact; once more for each retry, and for each doubt of a plan that says so. */
function deployedTooOften({ events, ledger, rollout }: Went): readonly string[] {
  const isPostedAgain = rollout.plan.whenInDoubt === 'post-again';
  const again = events.flatMap((event) => {
    if (event.type === 'wave-retried') return event.devices;
    return isPostedAgain && event.type === 'deployment-doubted'
      ? (rollout.deployments.get(event.deployment)?.devices ?? [])
      : [];
  });
  const times = new Map<string, number>();
  for (const { artifact, devices } of ledger)
    for (const serial of devices)
      times.set(`${artifact} ${serial}`, (times.get(`${artifact} ${serial}`) ?? 0) + 1);
  return [...times].flatMap(([key, count]) => {
    const allowed = 1 + again.filter((serial) => key.endsWith(` ${serial}`)).length;
    return count > allowed ? [`${key}: ${count}`] : [];
  });
}

describe.each(namesIn(RECORDS))('a record of 0.1, %s,', (name) => {
  const folder = join(RECORDS, name);

  test('tells what 0.1 told of it', async () => {
    const record = await readRecord(folder);
    expect(record.rollouts.size).toBeGreaterThan(0);
    for (const rollout of record.rollouts.keys()) {
      const { events, ...entry } = entryOf(record, rollout);
      const status = JSON.parse(renderStatusJson({ ...entry, state: present(fold(events), 'it') })) as object;
      expect(status).toMatchObject(wasPrinted(folder, `${rollout}.status.json`));
      const told = [...renderReportJson({ ...entry, record: present(foldRecord(events), 'it') })].join('');
      expect(JSON.parse(told)).toMatchObject(wasPrinted(folder, `${rollout}.report.json`));
    }
  });

  test('can be appended to', async () => {
    const { rollouts } = await readRecord(folder);
    for (const [rollout, { events }] of rollouts) {
      const appended = await appendTo(folder, rollout);
      expect(appended.slice(0, -1)).toEqual(events);
      expect(appended).toHaveLength(events.length + 1);
    }
  });

  test('is of the plan that stands beside it, by its digest', async () => {
    const { rollouts } = await readRecord(folder);
    const state = present(fold(standOf({ rollouts, folder, ledger: [] }).rollout), 'the rollout');
    const { plan } = await readPlan(
      {
        path: 'plan.yaml',
        isNeeded: true,
        allowOutside: true,
        isStoreOpened: true,
        state: join(folder, 'record'),
      },
      { cwd: folder, env: {}, clock: { now: () => 0, sleepUntil: () => Promise.resolve() } },
    );
    const digest = digestPlan(present(plan, 'the plan'));
    expect(digest).toBe(state.digest);
    const entry = decideStart(state, { plan: state.plan, digest, simulated: false, again: false });
    expect(entry).toMatchObject(entry.kind === 'go-on' ? { planChange: null } : { kind: 'finished' });
  });

  test('goes on as it did, wherever its runner had ended, and deploys to no device again', async () => {
    const record = await readRecord(folder);
    const lines: string[] = [];
    const cuts = cutsOf(standOf(record));
    let last = '';
    for (const { title, stand } of cuts) {
      const went = await goOn(stand, record);
      expect(deployedTooOften(went), title).toEqual([]);
      const line = describeWent(went);
      if (line !== last) lines.push(`from ${title}: ${line}`);
      last = line;
    }
    lines.push(`${cuts.length} in all`);
    const expected = join(folder, 'went.txt');
    const text = `${lines.join('\n')}\n`;
    if (process.env['CREATE_GOLDEN'] === '1' && !existsSync(expected)) writeFileSync(expected, text);
    expect(text).toBe(readFileSync(expected, 'utf8'));
  });
});
