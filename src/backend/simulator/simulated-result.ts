/** How a device behaves in one deployment, and what becomes of it there: decided whole when it is deployed to, as steps in time. */
import type { Random } from '../../base/random.ts';
import { drawNormal, randomOf } from '../../base/random.ts';
import { SHARED_OUTCOMES, WHOLE_SHARE } from './scenario.ts';
import type { Behaviour, ConnectionWord, DurationModel, Outcome, Override, Scenario } from './scenario.ts';

/** The scenario's devices with every override that touches this one laid over. */
export type BehaviourOf = (serial: string, deployment: number) => Behaviour;

/** Reads the overrides once; what it gives back is called for every device. `deployment` is an ordinal, from 1. */
export function behaviourOf({ seed, devices, overrides }: Scenario): BehaviourOf {
  const rules = overrides.map((override, index) => ({ override, isHit: hitBy(override, { seed, index }) }));
  return (serial, deployment) =>
    rules.reduce(
      (behaviour, { override, isHit }) =>
        isHit(serial, deployment) ? { ...behaviour, ...override.behaviour } : behaviour,
      devices,
    );
}

function hitBy(
  { serials, deployments, share }: Override,
  { seed, index }: { readonly seed: number; readonly index: number },
): (serial: string, deployment: number) => boolean {
  const isNamed = serials === null ? () => true : matcher(serials);
  return (serial, deployment) =>
    (deployments === null || deployments.includes(deployment)) &&
    isNamed(serial) &&
    (share >= WHOLE_SHARE || randomOf(seed, 'override', index, serial)() * WHOLE_SHARE < share);
}

/** Whole serials are looked up and only patterns are tried one by one, so that a list of 100,000 stays quick. */
function matcher(serials: readonly string[]): (serial: string) => boolean {
  const whole = new Set(serials.filter((text) => !isPattern(text)));
  const patterns = serials.filter(isPattern).map(compilePattern);
  return (serial) => whole.has(serial) || patterns.some((pattern) => pattern.test(serial));
}

function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

function compilePattern(text: string): RegExp {
  const escaped = text.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'u');
}

export type DeviceStatusWord = 'processing' | 'success' | 'failed';

/** From `afterMs` after the deployment on, the device is listed with `status`, or not at all where it is `null`. */
export type Step = { readonly afterMs: number; readonly status: string | null };

export type SimulatedResult = {
  readonly outcome: Outcome;
  /** In rising order; the first is at 0. Empty for a rejected device, which is in no deployment. */
  readonly steps: readonly [Step, ...(readonly Step[])] | null;
  readonly connection: ConnectionWord;
};

export function drawResult(behaviour: Behaviour, random: Random): SimulatedResult {
  // Both are drawn whatever the outcome, so that changing a share changes no device's duration.
  const outcome = drawOutcome(behaviour, random());
  const durationMs = drawDurationMs(behaviour.duration, random);
  const connection = behaviour.connection ?? (outcome === 'offline' ? 'offline' : 'online');
  return { outcome, steps: stepsOf(outcome, { behaviour, durationMs }), connection };
}

/** When the device's status last changes, counted from the deployment; `null` where it never ends. */
export function endOf({ steps }: SimulatedResult): number | null {
  const last = steps?.at(-1);
  return last?.status === 'success' || last?.status === 'failed' ? last.afterMs : null;
}

/** The step that holds `elapsedMs` after the deployment. */
export function stepAt(steps: readonly [Step, ...(readonly Step[])], elapsedMs: number): Step {
  return steps.findLast(({ afterMs }) => afterMs <= elapsedMs) ?? steps[0];
}

function drawOutcome({ shares }: Behaviour, draw: number): Outcome {
  let drawn = draw * WHOLE_SHARE;
  for (const outcome of SHARED_OUTCOMES) {
    drawn -= shares[outcome] ?? 0;
    if (drawn < 0) return outcome;
  }
  return 'success';
}

function drawDurationMs(model: DurationModel, random: Random): number {
  switch (model.kind) {
    case 'fixed':
      return model.ms;
    case 'uniform':
      return Math.round(model.fromMs + random() * (model.toMs - model.fromMs));
    case 'lognormal':
      return Math.min(model.mostMs, Math.round(model.medianMs * model.spread ** drawNormal(random)));
  }
}

function stepsOf(
  outcome: Outcome,
  { behaviour, durationMs }: { readonly behaviour: Behaviour; readonly durationMs: number },
): SimulatedResult['steps'] {
  const start: Step = { afterMs: 0, status: 'processing' };
  switch (outcome) {
    case 'rejected':
      return null;
    case 'unknown':
      return [{ afterMs: 0, status: null }];
    case 'success':
    case 'failed':
      return [start, { afterMs: durationMs, status: outcome }];
    case 'stuck':
    case 'offline':
      return [start];
    case 'late':
      return [start, { afterMs: behaviour.lateAfterMs, status: 'success' }];
    case 'vanish':
      return [start, { afterMs: behaviour.vanishAfterMs, status: null }];
    case 'flip':
      return [
        start,
        { afterMs: durationMs, status: 'failed' },
        { afterMs: durationMs + behaviour.flipAfterMs, status: 'success' },
      ];
    case 'relapse':
      return [
        start,
        { afterMs: durationMs, status: 'success' },
        { afterMs: durationMs + behaviour.relapseAfterMs, status: 'failed' },
      ];
    case 'contrary':
      return [
        start,
        { afterMs: durationMs, status: 'success' },
        { afterMs: durationMs + behaviour.relapseAfterMs, status: behaviour.word },
      ];
    case 'unlisted':
      return [
        start,
        { afterMs: durationMs, status: 'success' },
        { afterMs: durationMs + behaviour.relapseAfterMs, status: null },
      ];
    case 'odd':
      return [start, { afterMs: durationMs, status: behaviour.word }];
  }
}
