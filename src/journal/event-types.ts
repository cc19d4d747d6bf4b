/** The types of events that this release knows; the compiler sees to it that they are those of the union. */
import type { RolloutEvent } from '../rollout/event.ts';

const TYPES = {
  'rollout-started': true,
  'runner-started': true,
  'wave-started': true,
  'deployment-intended': true,
  'deployment-accepted': true,
  'deployment-not-made': true,
  'deployment-refused': true,
  'deployment-doubted': true,
  'devices-reported': true,
  'devices-timed-out': true,
  'wave-soaking': true,
  'soak-ended': true,
  'gate-ended': true,
  'hook-started': true,
  'hook-ended': true,
  'wave-passed': true,
  'rollout-halted': true,
  'grace-ended': true,
  'rollout-completed': true,
  'plan-changed': true,
  'rollout-paused': true,
  'rollout-aborted': true,
  'rollout-resumed': true,
  'wave-retried': true,
  'wave-approved': true,
  'rollback-started': true,
  'deployment-settled': true,
  'order-refused': true,
  'runner-stopped': true,
} as const satisfies Readonly<Record<RolloutEvent['type'], true>>;

export const EVENT_TYPES: ReadonlySet<string> = new Set(Object.keys(TYPES));
