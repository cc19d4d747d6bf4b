/** The HTML report's data, from the record through the page's reading of it. */
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { readReport } from '../../src/page/report.ts';
import { ranksOf, sortRows } from '../../src/page/order.ts';
import { encodePage } from '../../src/views/html/encode-page.ts';
import { flowOf } from '../../src/views/html/timeline-model.ts';
import { scaleTime } from '../../src/views/html/time-scale.ts';
import { devicesOf } from '../../src/views/report/devices.ts';
import { foldRecord } from '../../src/views/report/fold-record.ts';
import type { DeviceFacts } from '../../src/views/wording/device-facts.ts';
import { notesOn } from '../../src/views/wording/device-facts.ts';
import type { DeviceAttempt } from '../../src/views/report/devices.ts';
import { DEVICE_STATUSES } from '../../src/rollout/device-status.ts';
import { randomRollouts } from './random-rollouts.ts';

describe('of any rollout whatever', () => {
  test('the page knows of each device what the record tells', () => {
    fc.assert(
      fc.property(randomRollouts, ({ events }) => {
        const record = present(foldRecord(events), 'a record');
        const { devices, attempts, data } = readReport(JSON.stringify(encodePage(record)));
        const read = devices.serials.map((serial, device) => ({
          serial,
          wave: data.waves[devices.waves[device] ?? -1]?.name,
          deviceStatus: DEVICE_STATUSES[devices.deviceStatuses[device] ?? -1],
          attempts: devices.attemptsOf(device).map((attempt) => ({
            deployment: data.deployments[attempts.deployments[attempt] ?? -1]?.key,
            deviceStatus: DEVICE_STATUSES[attempts.deviceStatuses[attempt] ?? -1],
            reason: attempts.reasonOf.get(attempt) ?? null,
            processingAt: momentOf(attempts.seenAt[attempt]),
            endedAt: momentOf(attempts.endedAt[attempt]),
            late: attempts.lateOf.get(attempt) ?? null,
            isSuperseded: attempts.superseded[attempt] === 1,
            isAcknowledged: attempts.acknowledged[attempt] === 1,
          })),
        }));
        expect(read).toEqual(
          [...devicesOf(record)].map(({ serial, wave, deviceStatus, attempts: all }) => ({
            serial,
            wave: wave.wave.name,
            deviceStatus,
            attempts: all.map(({ deployment, reason, lastWord, connection, ...rest }: DeviceAttempt) => ({
              deployment: deployment.state.key,
              reason: noteOf({ deviceStatus: rest.deviceStatus, reason, lastWord, connection }),
              ...rest,
            })),
          })),
        );
      }),
    );
  });

  test('its areas never hold more devices than the wave has, and end at its tally', () => {
    fc.assert(
      fc.property(randomRollouts, ({ events }) => {
        const record = present(foldRecord(events), 'a record');
        for (const { state } of record.waves) {
          const deployments = [...record.deployments.values()].filter(
            (one) => one.state.wave === state.wave.name,
          );
          const flow = flowOf(deployments);
          expect(flow.at(-1)?.success ?? 0).toBe(state.tally.success);
          for (const { success, failed, inFlight } of flow) {
            expect(Math.min(success, failed, inFlight)).toBeGreaterThanOrEqual(0);
            expect(success + failed + inFlight).toBeLessThanOrEqual(state.wave.devices.length);
          }
        }
      }),
    );
  });
});

function momentOf(at: number | undefined): number | null {
  return at === undefined || Number.isNaN(at) ? null : at;
}

describe('the scale of time', () => {
  const MINUTE = 60_000;

  test('draws a wait of hours between minutes of work no wider than a share of them, and says so', () => {
    const { place, cuts } = scaleTime({ from: 0, to: 620 * MINUTE }, [
      { from: 0, to: 10 * MINUTE },
      { from: 610 * MINUTE, to: 620 * MINUTE },
    ]);
    expect(cuts).toEqual([{ from: 10 * MINUTE, to: 610 * MINUTE }]);
    expect(place(610 * MINUTE) - place(10 * MINUTE)).toBeCloseTo(0.12 / 1.12);
  });

  test('never turns time around, and keeps within the picture', () => {
    const span = fc
      .tuple(fc.nat(10_000), fc.nat(10_000))
      .map(([from, length]) => ({ from, to: from + length }));
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.array(fc.nat(20_000)), (busy, times) => {
        const { place, ticks } = scaleTime({ from: 0, to: 20_000 }, busy);
        const places = [0, ...times, 20_000].sort((a, b) => a - b).map(place);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(places[0]).toBe(0);
        expect(places.at(-1)).toBe(1);
        expect(ticks.every(({ at }) => at >= 0 && at <= 20_000)).toBe(true);
      }),
    );
  });
});

describe('the order of rows', () => {
  test('texts are ranked, equal ones alike', () => {
    expect([...ranksOf(['b', 'a', 'b', 'c'])]).toEqual([1, 0, 1, 3]);
  });

  test('what is equal stays as it was, and what has no key stands last in either direction', () => {
    const keys = [2, NaN, 1, 2];
    const rows = Uint32Array.of(0, 1, 2, 3);
    expect([...sortRows(rows, keys, 'ascending')]).toEqual([2, 0, 3, 1]);
    expect([...sortRows(rows, keys, 'descending')]).toEqual([0, 3, 2, 1]);
  });
});

function noteOf(facts: DeviceFacts): string | null {
  return notesOn(facts).join(', ') || null;
}
