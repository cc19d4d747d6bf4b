import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import type { Serial } from '../../src/plan/identifiers.ts';
import { fold } from '../../src/rollout/apply.ts';
import { SerialIndex } from '../../src/rollout/serial-index.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';

test('finds what a search from the start finds, in whatever order it is asked', () => {
  const serials = fc.uniqueArray(fc.integer({ min: 0, max: 60 }).map((number) => `d-${number}` as Serial));
  fc.assert(
    fc.property(serials, fc.array(fc.integer({ min: 0, max: 60 })), (known, asked) => {
      const index = new SerialIndex(known);
      for (const number of asked) {
        const serial = `d-${number}` as Serial;
        const place = known.indexOf(serial);
        expect(index.find(serial)).toBe(place === -1 ? null : place);
        expect(index.has(serial)).toBe(place !== -1);
      }
    }),
  );
});

test('a wave of many batches is not indexed once a batch as its journal is folded', () => {
  const batches = 100;
  const wave = makeWave('w', 10 * batches, { batch: { size: 10, parallel: 1 } });
  const plan = makePlan([wave]);
  const told = new ToldRollout(plan);
  for (let batch = 1; batch <= batches; batch++) told.deploy('w', batch);
  let reads = 0;
  const devices = new Proxy(wave.devices, {
    get(target, key, receiver): unknown {
      if (typeof key === 'string' && /^\d+$/.test(key)) reads++;
      return Reflect.get(target, key, receiver);
    },
  });
  const events = told.events.map((event) =>
    event.type === 'rollout-started' ? { ...event, plan: makePlan([{ ...wave, devices }]) } : event,
  );
  expect(fold(events)?.waves[0]?.tally.accepted).toBe(wave.devices.length);
  expect(reads).toBeGreaterThanOrEqual(wave.devices.length);
  expect(reads).toBeLessThan(20 * wave.devices.length);
});
