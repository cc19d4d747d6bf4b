/** What events change of hooks and gates. */
import type { Wave } from '../plan/rollout-plan.ts';
import { changeWave, waveOf } from './change-state.ts';
import type { CommandResult, HookRecord, JournaledEvent } from './event.ts';
import { identifyHook, isDeciding, isFailed, keyOf } from './hooks.ts';
import type { GateState, RolloutState } from './state.ts';

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
