/** The look at the devices before the first deployment of a run, by the real runner in virtual time. */
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { Connection } from '../../src/backend/api.ts';
import { notesOn } from '../../src/views/wording/device-facts.ts';
import { failingDevices } from '../../src/views/status/devices.ts';
import { fold } from '../../src/rollout/apply.ts';
import { parsePercentage } from '../../src/plan/threshold.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { devicesOf } from '../kit/rollouts.ts';
import { typesOf } from '../kit/runs.ts';
import { healthyDevice } from '../kit/scripted-api.ts';
import type { Deployments, DeviceScript } from '../kit/scripted-api.ts';
import { run } from '../kit/staged-runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const PLAN = makePlan([makeWave('one', 10), makeWave('two', 10)], {
  preflight: { minOnline: present(parsePercentage('90%'), 'a percentage') },
});

function read(serials: readonly string[]) {
  const value: readonly Connection[] = serials.map((serial) => ({ serial, status: 'online' }));
  return { kind: 'read', value, requestId: null } as const;
}

test('with too few online posts nothing, and the next run looks again', async () => {
  const few = [...devicesOf('one', 1, 10), ...devicesOf('two', 1, 7)];
  const first = await run({ plan: PLAN }, healthyDevice, { connections: [read(few)] });
  expect(first.result.cause).toEqual({
    why: 'waiting',
    waitsFor: 'devices-online',
    until: null,
    message:
      'too few devices are online: 17 of 20 devices are online; 3 are not in the account: two-8, two-9, two-10; 18 needed (preflight.minOnline)',
    isRecorded: true,
  });
  expect(first.api?.posted).toEqual([]);
  expect(typesOf(first.events)).not.toContain('deployment-intended');

  const second = await run({ plan: PLAN, events: first.events }, healthyDevice, {
    connections: [read([...few, 'two-8'])],
  });
  expect(second.result.cause.why).toBe('completed');
});

test('is about the devices to come, in a run that goes on', async () => {
  const deployed: Deployments = new Map();
  const all = [...devicesOf('one', 1, 10), ...devicesOf('two', 1, 10)];
  const first = await run(
    {
      plan: PLAN,
      onEvent: ({ type }, handle) => {
        if (type === 'wave-passed') handle.stop();
      },
    },
    healthyDevice,
    { connections: [read(all)], deployed },
  );
  expect(first.result.cause.why).toBe('interrupted');
  // The first wave has gone offline since: no deployment to come needs it.
  const second = await run({ plan: PLAN, events: first.events }, healthyDevice, {
    connections: [read(devicesOf('two', 1, 9))],
    deployed,
  });
  expect(second.result.cause.why).toBe('completed');
  expect(second.notices.find(({ kind }) => kind === 'preflight')).toMatchObject({
    preflight: { devices: 10, online: 9, unlisted: ['two-10'], needed: 9 },
  });
});

test('is told, and stops nothing, where the plan does not say how many', async () => {
  const plan = makePlan([makeWave('one', 2)]);
  const { result, notices } = await run({ plan }, healthyDevice, { connections: [read([])] });
  expect(result.cause.why).toBe('completed');
  expect(notices.filter(({ kind }) => kind === 'preflight')).toHaveLength(1);
});

test('is on record, so that a device that times out is told by whether it could be reached', async () => {
  const plan = makePlan([
    makeWave('one', 2, { soakMs: 2 * HOUR_MS }),
    makeWave('two', 4, { timeoutMs: MINUTE_MS }),
  ]);
  const listed = [...devicesOf('one', 1, 2), ...devicesOf('two', 1, 3)];
  const value: readonly Connection[] = listed.map((serial) => ({
    serial,
    status: serial === 'two-2' ? 'abnormal' : 'online',
  }));
  const connections = (partial?: string) => [
    { kind: 'read' as const, value, requestId: null, ...(partial !== undefined && { partial }) },
  ];
  const silent: DeviceScript = (ageMs, serial) =>
    serial.startsWith('two') ? 'processing' : healthyDevice(ageMs, serial);
  const notes = async (partial?: string) => {
    const { events } = await run({ plan }, silent, { connections: connections(partial) });
    const state = present(fold(events), 'a rollout');
    const { devices } = failingDevices(state, 'timed-out', 10);
    return devices.map((device) => [device.serial, ...notesOn(device)]);
  };
  expect(await notes()).toEqual([
    ['two-1', 'online 2h01m before the POST'],
    ['two-2', 'offline 2h01m before the POST'],
    ['two-3', 'online 2h01m before the POST'],
    ['two-4', 'not listed 2h01m before the POST'],
  ]);
  // Of a part of the list nothing follows for a device that is not in it.
  expect((await notes('it holds 5 of 6 rows')).at(-1)).toEqual(['two-4']);
});
