/** Which fault, if any, strikes a call. */
import { randomOf } from './draw.ts';
import { WHOLE_SHARE } from './scenario.ts';
import type { CallKind, FaultRule } from './scenario.ts';

type CallOrdinals = {
  /** From 1, among the calls of the same kind. */
  readonly ofKind: number;
  /** From 1, among all calls. */
  readonly ofAll: number;
};

export type CallToStrike = {
  readonly kind: CallKind;
  readonly ordinals: CallOrdinals;
  /** Since the simulator's start. */
  readonly elapsedMs: number;
};

/** The first rule that strikes. Drawn by the seed, the rule and the call's ordinal. */
export function decideFault(
  { seed, faults }: { readonly seed: number; readonly faults: readonly FaultRule[] },
  call: CallToStrike,
): FaultRule | null {
  return faults.find((rule, index) => isStruck(rule, { seed, index, call })) ?? null;
}

function isStruck(
  rule: FaultRule,
  { seed, index, call }: { readonly seed: number; readonly index: number; readonly call: CallToStrike },
): boolean {
  if (rule.call !== 'any' && rule.call !== call.kind) return false;
  if (call.elapsedMs < rule.fromMs || call.elapsedMs >= rule.toMs) return false;
  const ordinal = rule.call === 'any' ? call.ordinals.ofAll : call.ordinals.ofKind;
  return rule.at.includes(ordinal) || randomOf(seed, 'fault', index, ordinal)() * WHOLE_SHARE < rule.share;
}
