/**
 * The small changes that events are made of. They change the deployments of the state that they are given in place, and
 * give back the state with its sums brought up to date: whoever wants to keep the state as it was calls
 * `ownDeployments` first.
 */
import { assert, present } from '../base/assert.ts';
import type { Serial, WaveName, DeploymentKey } from '../plan/identifiers.ts';
import { isNoSuccess, DEVICE_STATUSES } from './device-status.ts';
import type { DeviceStatus, Tally } from './device-status.ts';
import type { RolloutEvent, JournaledEvent } from './event.ts';
import { copyOfBook, noteWord, wordAt } from './last-word.ts';
import type { LastWord } from './last-word.ts';
import type { DeploymentState, RolloutState, WaveState, AnsweredOrder, GateState } from './state.ts';
import type { OrderRecord } from './order.ts';
import type { Wave } from '../plan/rollout-plan.ts';
import { identifyHook, isDeciding, isFailed, keyOf } from './hooks.ts';
import type { CommandResult, HookRecord } from './halt-cause.ts';

export function seeToPhase(
  state: RolloutState,
  name: WaveName,
  phases: readonly WaveState['phase'][],
): WaveState {
  const wave = waveOf(state, name);
  assert(
    state.phase.kind === 'running' && phases.includes(wave.phase),
    `wave ${name} of a ${state.phase.kind} rollout is ${wave.phase}, and not ${phases.join(' or ')}`,
  );
  return wave;
}

export function noteOrder(
  state: RolloutState,
  { order, at }: { readonly order: OrderRecord; readonly at: number },
  {
    kind,
    refusal,
    wave = null,
  }: Pick<AnsweredOrder, 'kind' | 'refusal'> & Partial<Pick<AnsweredOrder, 'wave'>>,
): RolloutState {
  return { ...state, orders: new Map(state.orders).set(order.id, { kind, wave, order, at, refusal }) };
}

/** A copy of `state` in which `event` may change the deployments that it touches, and the map that holds them. */
export function ownDeployments(state: RolloutState, event: RolloutEvent): RolloutState {
  const deployments = new Map(state.deployments);
  const touched =
    event.type === 'rollout-resumed' || event.type === 'wave-retried' || event.type === 'open-accepted'
      ? [...deployments.values()]
      : 'deployment' in event
        ? [deployments.get(event.deployment)]
        : [];
  for (const deployment of touched) {
    if (deployment !== undefined) deployments.set(deployment.key, copyOf(deployment));
  }
  return { ...state, deployments };
}

function copyOf(deployment: DeploymentState): DeploymentState {
  return {
    ...deployment,
    deviceStatuses: deployment.deviceStatuses.slice(),
    superseded: deployment.superseded.slice(),
    acknowledged: deployment.acknowledged.slice(),
    reverted: deployment.reverted.slice(),
    lateOutcomes: new Map(deployment.lateOutcomes),
    lastWords: copyOfBook(deployment.lastWords),
  };
}

export function putDeployment(state: RolloutState, deployment: DeploymentState): RolloutState {
  (state.deployments as Map<DeploymentKey, DeploymentState>).set(deployment.key, deployment);
  return state;
}

export function deploymentOf(state: RolloutState, key: DeploymentKey): DeploymentState {
  return present(state.deployments.get(key), `deployment ${key}`);
}

export function waveOf(state: RolloutState, name: WaveName): WaveState {
  return present(
    state.waves.find(({ wave }) => wave.name === name),
    `wave ${name}`,
  );
}

export function changeWave(state: RolloutState, name: WaveName, change: Partial<WaveState>): RolloutState {
  const { index } = waveOf(state, name);
  return { ...state, waves: state.waves.with(index, { ...waveOf(state, name), ...change }) };
}

/** The status of a device of this deployment. */
export function deviceStatusOf(deployment: DeploymentState, serial: Serial): DeviceStatus {
  return deviceStatusAt(deployment, indexIn(deployment, serial));
}

/** The last word on a device of this deployment; `null` where it is its device status's. */
export function lastWordOf(deployment: DeploymentState, index: number): LastWord | null {
  return deployment.notFound === null
    ? wordAt(deployment.lastWords, index)
    : { kind: 'deployment-not-found' };
}

/** Whether this attempt at the device is history: a retry deploys to it again. */
export function isSuperseded(deployment: DeploymentState, serial: Serial): boolean {
  return deployment.superseded[indexIn(deployment, serial)] === 1;
}

export type Moves = readonly (readonly [DeviceStatus, readonly Serial[]])[];

/** Moves devices whose latest attempt this is; the wave's sums change by what the deployment's change by. */
export function moveDevices(state: RolloutState, key: DeploymentKey, moves: Moves): RolloutState {
  const deployment = deploymentOf(state, key);
  const wave = waveOf(state, deployment.wave);
  const sums = { own: { ...deployment.tally }, wave: { ...wave.tally }, seen: { ...wave.acknowledged } };
  for (const [deviceStatus, serials] of moves) {
    const code = DEVICE_STATUSES.indexOf(deviceStatus);
    for (const serial of serials) {
      const index = indexIn(deployment, serial);
      const before = deviceStatusAt(deployment, index);
      shift(sums.own, before, deviceStatus);
      shift(sums.wave, before, deviceStatus);
      if (deployment.acknowledged[index] === 1) {
        if (isNoSuccess(before)) sums.seen[before]--;
        // Of a check that was inconclusive, only that was acknowledged: what becomes of the device then is news.
        if (before === 'inconclusive') deployment.acknowledged[index] = 0;
        else if (isNoSuccess(deviceStatus)) sums.seen[deviceStatus]++;
      }
      deployment.deviceStatuses[index] = code;
    }
  }
  putDeployment(state, { ...deployment, tally: sums.own });
  return changeWave(state, deployment.wave, { tally: sums.wave, acknowledged: sums.seen });
}

/** From here on, every failure of today halts nothing any more, nor does what was not confirmed. */
export function acknowledgeFailures(state: RolloutState): RolloutState {
  const waves = state.waves.map((wave) => ({
    ...wave,
    reverted: 0,
    acknowledged: { ...wave.acknowledged },
  }));
  const seenOf = new Map(waves.map(({ wave, acknowledged }) => [wave.name, acknowledged]));
  for (const deployment of state.deployments.values()) {
    const seen = present(seenOf.get(deployment.wave), `wave ${deployment.wave}`);
    for (let index = 0; index < deployment.devices.length; index++) {
      const deviceStatus = deviceStatusAt(deployment, index);
      const isKnown = deployment.superseded[index] === 1 || deployment.acknowledged[index] === 1;
      if (isKnown || !isNoSuccess(deviceStatus)) continue;
      deployment.acknowledged[index] = 1;
      seen[deviceStatus]++;
    }
  }
  return { ...state, waves };
}

/** These devices of the wave wait to be deployed to again; what was done to them before is history. */
export function supersede(state: RolloutState, name: WaveName, devices: readonly Serial[]): RolloutState {
  const { tally, acknowledged } = waveOf(state, name);
  const sums = { wave: { ...tally }, seen: { ...acknowledged } };
  const again = new Set(devices);
  for (const deployment of state.deployments.values()) {
    if (deployment.wave !== name || deployment.call.kind !== 'accepted') continue;
    for (const [index, serial] of deployment.devices.entries()) {
      if (!again.has(serial) || deployment.superseded[index] === 1) continue;
      const deviceStatus = deviceStatusAt(deployment, index);
      shift(sums.wave, deviceStatus, 'waiting');
      if (deployment.acknowledged[index] === 1) sums.seen[deviceStatus]--;
      deployment.superseded[index] = 1;
    }
  }
  return changeWave(state, name, { tally: sums.wave, acknowledged: sums.seen });
}

/** Devices of a wave that had passed have failed, or have not after all. */
export function markReverted(
  state: RolloutState,
  key: DeploymentKey,
  { serials, isReverted }: { readonly serials: readonly Serial[]; readonly isReverted: boolean },
): RolloutState {
  const deployment = deploymentOf(state, key);
  const wave = waveOf(state, deployment.wave);
  let { reverted } = wave;
  for (const serial of serials) {
    const index = indexIn(deployment, serial);
    if ((deployment.reverted[index] === 1) === isReverted) continue;
    deployment.reverted[index] = isReverted ? 1 : 0;
    if (deployment.acknowledged[index] === 0) reverted += isReverted ? 1 : -1;
  }
  return reverted === wave.reverted ? state : changeWave(state, deployment.wave, { reverted });
}

/** Changes what the latest list said of these devices; `null` where it says their device status. */
export function noteLastWord(
  state: RolloutState,
  key: DeploymentKey,
  { word, serials }: { readonly word: LastWord | null; readonly serials: readonly Serial[] },
): RolloutState {
  const deployment = deploymentOf(state, key);
  if (serials.length === 0 || (word === null && deployment.lastWords.codes.length === 0)) return state;
  const indexes = serials.map((serial) => indexIn(deployment, serial));
  const devices = deployment.devices.length;
  const lastWords = noteWord(deployment.lastWords, word, { indexes, devices });
  return putDeployment(state, { ...deployment, lastWords });
}

function shift(
  tally: { -readonly [Name in keyof Tally]: Tally[Name] },
  from: DeviceStatus,
  to: DeviceStatus,
): void {
  assert(tally[from] > 0, `no device is left that is ${from}`);
  tally[from]--;
  tally[to]++;
}

/** Its place in this deployment, which holds it. */
export function indexIn(deployment: DeploymentState, serial: Serial): number {
  return present(deployment.index.find(serial), `${serial} in ${deployment.key}`);
}

function deviceStatusAt({ deviceStatuses }: DeploymentState, index: number): DeviceStatus {
  return present(DEVICE_STATUSES[present(deviceStatuses[index], 'a device status')], 'a device status');
}

const OPEN_GATE: GateState = { attempts: 0, endedAt: null, result: null, isAcknowledged: false };

export function openGates({ gates = [] }: Wave): readonly GateState[] {
  return gates.map(() => OPEN_GATE);
}

type GateEnded = Extract<JournaledEvent, { readonly type: 'gate-ended' }>;

export function endGate(state: RolloutState, { wave, gate, attempt, result, at }: GateEnded): RolloutState {
  const ended: GateState = { attempts: attempt, endedAt: at, result, isAcknowledged: false };
  return changeWave(state, wave, { gates: waveOf(state, wave).gates.with(gate - 1, ended) });
}

export function putHook(state: RolloutState, event: HookRecord, result: CommandResult | null): RolloutState {
  const hook = identifyHook(event);
  const hooks = new Map(state.hooks).set(keyOf(hook), { ...hook, result, isAcknowledged: false });
  return { ...state, hooks };
}

/** Gates and hooks whose failure halts nothing any more. */
export function acknowledgeCommands(state: RolloutState): RolloutState {
  const hooks = new Map(
    [...state.hooks].map(([key, hook]) => [key, isFailing(hook) ? { ...hook, isAcknowledged: true } : hook]),
  );
  return changeGates({ ...state, hooks }, (gate) => ({ ...gate, isAcknowledged: true }));
}

/** Gates and hooks that have failed are to be run once more. */
export function forgetFailedCommands(state: RolloutState): RolloutState {
  const hooks = new Map([...state.hooks].filter(([, hook]) => !isDeciding(hook.point) || !isFailing(hook)));
  return changeGates({ ...state, hooks }, () => OPEN_GATE);
}

function isFailing({ result }: { readonly result: CommandResult | null }): boolean {
  return result !== null && isFailed(result);
}

/** Of all gates that have failed. */
function changeGates(state: RolloutState, change: (gate: GateState) => GateState): RolloutState {
  const waves = state.waves.map((wave) =>
    wave.gates.some(isFailing)
      ? { ...wave, gates: wave.gates.map((gate) => (isFailing(gate) ? change(gate) : gate)) }
      : wave,
  );
  return { ...state, waves };
}
