/** Runs in virtual time, as the tests of what stands between waves want them. */
import type { PlanDigest } from '../../src/plan/identifiers.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { Order } from '../../src/rollout/order.ts';
import { orderRecord } from './orders.ts';
import { DIGEST, waveName } from './plans.ts';
import { tellRun } from './runs.ts';
import type { RunHandle, RunWanted } from './runs.ts';
import { createScriptedApi, healthyDevice } from './scripted-api.ts';
import type { ApiScript, DeviceScript, ScriptedApi } from './scripted-api.ts';

export async function run(
  wanted: Omit<RunWanted, 'api'>,
  device: DeviceScript = healthyDevice,
  script: ApiScript = {},
) {
  const apis: ScriptedApi[] = [];
  const told = await tellRun({
    ...wanted,
    api: (clock) => {
      const api = createScriptedApi(clock, { ...script, device });
      apis.push(api);
      return api;
    },
  });
  return { ...told, api: apis[0] };
}

export function at(events: readonly JournaledEvent[], type: string, wave?: string): number {
  return (
    events.find(
      (event) => event.type === type && (wave === undefined || ('wave' in event && event.wave === wave)),
    )?.at ?? NaN
  );
}

export function approve(wave: string, digest: PlanDigest = DIGEST): Order {
  return { ...orderRecord(`approve-${wave}`), kind: 'approve', wave: waveName(wave), digest };
}

export function atAge(ageMs: number, act: (run: RunHandle) => void): (run: RunHandle) => void {
  return (handle) => {
    void handle.clock.sleepUntil(handle.clock.now() + ageMs).then(() => {
      act(handle);
    });
  };
}
