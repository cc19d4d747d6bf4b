/** How one device behaves in one deployment: the scenario's devices with every override that touches it laid over. */
import { randomOf } from './draw.ts';
import { WHOLE_SHARE } from './scenario.ts';
import type { Behaviour, Override, Scenario } from './scenario.ts';

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
