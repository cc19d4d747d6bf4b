import { expect, test } from 'vitest';
import { openFileStore } from '../../src/store/file/file-store.ts';
import { present } from '../../src/base/assert.ts';
import { fold } from '../../src/rollout/apply.ts';
import { processInbox } from '../../src/run/loop/watch-orders.ts';
import { makeFolder } from '../kit/folders.ts';
import { settleOrder } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { createScriptedApi, healthyDevice } from '../kit/scripted-api.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';

const clock = { now: () => STARTED_AT, sleepUntil: () => Promise.resolve() };
const ourselves = { host: 'here', pid: process.pid, startedBy: null };
const silent = { event: () => undefined, notice: () => undefined };

test('what became of a deployment is believed although its runner died before it could say that it is in doubt', async () => {
  const plan = makePlan([makeWave('w', 2)]);
  const { events } = await tellRun({ plan, api: (at) => createScriptedApi(at, { device: healthyDevice }) });
  const toIntent = events.slice(0, 1 + typesOf(events).indexOf('deployment-intended'));
  const store = openFileStore(makeFolder(), clock);
  const opened = await store.open(plan.name, ourselves);
  if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
  await opened.value.append(toIntent);
  await store.enqueueOrder(plan.name, settleOrder('w/1', { kind: 'not-created' }));

  const state = present(fold(toIntent), 'the state before');
  const obeyed = await processInbox(state, { journal: opened.value, clock, observer: silent });

  expect(obeyed).toMatchObject({ kind: 'done' });
  expect(await opened.value.orders()).toEqual({ kind: 'done', value: [] });
  await opened.value.close();
  const reading = await store.read(plan.name);
  const after = reading.kind === 'done' ? (reading.value?.events ?? []) : [];
  expect(typesOf(after).slice(-2)).toEqual(['deployment-doubted', 'deployment-settled']);
});
