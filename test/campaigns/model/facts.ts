/** What the reference is told of each event: facts about devices, never what the engine made of them. */
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import type { RolloutState } from '../../../src/rollout/state.ts';
import type { Fact, Verdict, Word } from './reference.ts';

/** Devices of deployments that a retry has made history of say nothing any more; `attempts` keeps whose word counts. */
export type Attempts = Map<string, string>;

export function factsOf(event: JournaledEvent, attempts: Attempts, state: RolloutState): readonly Fact[] {
  switch (event.type) {
    case 'deployment-intended':
      for (const device of event.devices) attempts.set(device, event.deployment);
      return [];
    case 'deployment-accepted':
      return ended(
        event.rejected.map(({ serial }) => serial),
        'rejected',
        { event, attempts },
      );
    case 'devices-reported':
      return [
        ...ended(event.success, 'success', { event, attempts }),
        ...ended(event.failed, 'failed', { event, attempts }),
      ];
    case 'devices-timed-out':
      return [
        ...ended(event.timedOut, 'timed-out', { event, attempts }),
        ...ended(event.unknown, 'unknown', { event, attempts }),
      ];
    case 'rollout-resumed':
      // A pause that is lifted acknowledges nothing.
      return state.phase.kind === 'running' ? [] : [{ kind: 'resumed' }];
    case 'wave-retried':
      for (const device of event.devices) attempts.delete(device);
      return [{ kind: 'retried', devices: event.devices }];
    case 'earlier-waves-checked':
      return [{ kind: 'checked' }];
    case 'rollback-started':
    case 'rollout-started':
    case 'plan-changed':
    case 'runner-started':
    case 'runner-stopped':
    case 'wave-started':
    case 'wave-soaking':
    case 'gate-ended':
    case 'hook-started':
    case 'hook-ended':
    case 'soak-ended':
    case 'connections-checked':
    case 'devices-noted':
    case 'deployment-not-found':
    case 'deployment-found':
    case 'successes-unconfirmed':
    case 'devices-reverted':
    case 'wave-approved':
    case 'wave-passed':
    case 'deployment-not-made':
    case 'deployment-refused':
    case 'deployment-doubted':
    case 'deployment-settled':
    case 'deployment-followed-up':
    case 'open-accepted':
    case 'rollout-halted':
    case 'grace-ended':
    case 'rollout-completed':
    case 'rollout-paused':
    case 'rollout-aborted':
    case 'order-refused':
      return [];
  }
}

type Telling = { readonly event: { readonly deployment: string }; readonly attempts: Attempts };

function ended(devices: readonly string[], as: Word, { event, attempts }: Telling): readonly Fact[] {
  return devices
    .filter((device) => attempts.get(device) === event.deployment)
    .map((device) => ({ kind: 'ended', device, as }));
}

/** The engine's verdict, in the reference's words. */
export function verdictOf({ waves, phase }: RolloutState): Verdict {
  const passed = waves.filter((wave) => wave.phase === 'passed').length;
  if (phase.kind !== 'halted' && phase.kind !== 'closed') return { passed, halt: null };
  const { wave, cause } = phase;
  if (!('failures' in cause)) return { passed, halt: null };
  const { reason, failures, base, acknowledged = 0 } = cause;
  return { passed, halt: { wave, reason, failures, base, acknowledged } };
}
