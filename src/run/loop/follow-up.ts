/**
 * Asks once more about every deployment of a finished rollout, and puts on record what became of its devices. It posts
 * nothing and judges nothing: what it finds is a late outcome.
 */
import type { ApiFailure } from '../../backend/api.ts';
import { observe } from '../../rollout/observe.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import { openDevicesOf } from '../../rollout/open-devices.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { createApiClock } from './api-clock.ts';
import { createCallBudget } from './call-budget.ts';
import { bearFailure, createOutage, FIRST_CONTACT_MS } from './outage.ts';
import { createRecorder } from './recorder.ts';
import type { RunPorts } from './run-context.ts';
import { createRunControl } from './run-control.ts';
import type { StopCause } from './run-control.ts';
import type { DeploymentKey } from '../../plan/identifiers.ts';

export type FollowUpPorts = Omit<RunPorts, 'commands'> & {
  /** Aborts when nothing more is to be asked. */
  readonly stop: AbortSignal;
};

export type FollowUpResult = {
  readonly state: RolloutState;
  /** How many deployments the API answered for, of how many that were accepted. */
  readonly asked: number;
  readonly of: number;
  /** Why not all of them were asked about, or `null`. */
  readonly stopped: StopCause | null;
};

export async function followUp(initial: RolloutState, ports: FollowUpPorts): Promise<FollowUpResult> {
  const { api, observer, journal, stop } = ports;
  const clock = createApiClock(ports.clock, api);
  const control = createRunControl(clock);
  const recorder = createRecorder(initial, { journal, clock, observer, control });
  const boundUntil = () => null;
  const outage = createOutage({ clock, observer, control, patienceMs: () => FIRST_CONTACT_MS, boundUntil });
  const calls = createCallBudget({ ...ports, clock, control, outage, boundUntil, refusedUntil: boundUntil });
  const interrupt = () => {
    control.stop({ why: 'interrupted', message: 'stopped by a signal', isRecorded: true });
  };
  stop.addEventListener('abort', interrupt);
  if (stop.aborted) interrupt();

  /** What goes on record; `null` where the API has to be asked again, or nothing more is to be asked. */
  async function ask(key: DeploymentKey): Promise<readonly RolloutEvent[] | null> {
    const { call, devices } = recorder.deployment(key);
    if (call.kind !== 'accepted' || !(await calls.take())) return null;
    const askedAt = clock.now();
    const outcome = await api.readDeployment(call.deploymentId, {
      devices: devices.length,
      signal: control.signal,
    });
    await calls.answered(key, outcome.kind === 'read' ? null : outcome.failure);
    if (outcome.kind === 'failed') return afterFailure(key, outcome.failure, askedAt);
    // Devices that are missing from a list that is not whole stay as they are: open, where they were.
    const isWhole = (outcome.partial ?? null) === null;
    const deployment = recorder.deployment(key);
    const {
      event,
      noted,
      oddities: anomalies,
    } = observe(deployment, outcome.value, { isWhole, isDecisive: false });
    for (const { message } of anomalies) observer.notice({ kind: 'oddity', deployment: key, message });
    const success = event?.success ?? [];
    const failed = event?.failed ?? [];
    const ended = new Set([...success, ...failed]);
    const listed = new Set(outcome.value.map(({ serial }) => serial));
    const open = openDevicesOf(recorder.state(), new Set(deployment.devices));
    const processing = open
      .filter((one) => one.deployment === key && listed.has(one.serial) && !ended.has(one.serial))
      .map(({ serial }) => serial);
    const followed = { type: 'deployment-followed-up', deployment: key, answer: 'listed' } as const;
    return [{ ...followed, processing, success, failed }, ...(noted === null ? [] : [noted])];
  }

  async function afterFailure(
    key: DeploymentKey,
    failure: ApiFailure,
    askedAt: number,
  ): Promise<readonly RolloutEvent[] | null> {
    if (failure.kind !== 'not-found') {
      await bearFailure({ about: key, failure, calledAt: askedAt }, { control, outage });
      return null;
    }
    const nothing = { processing: [], success: [], failed: [] };
    return [{ type: 'deployment-followed-up', deployment: key, answer: 'not-found', ...nothing }];
  }

  const accepted = [...initial.deployments.values()].filter(({ call }) => call.kind === 'accepted');
  let asked = 0;
  for (const { key } of accepted) {
    let events: readonly RolloutEvent[] | null = null;
    while (events === null && control.cause() === null) events = await ask(key);
    let isRecorded = events !== null;
    for (const event of events ?? []) isRecorded &&= await recorder.record(event);
    if (isRecorded) asked++;
  }
  stop.removeEventListener('abort', interrupt);
  return { state: recorder.state(), asked, of: accepted.length, stopped: control.cause() };
}
