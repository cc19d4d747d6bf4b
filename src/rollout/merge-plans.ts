/**
 * What is run where a plan or its device files were edited: waves that have begun keep the devices and settings on record,
 * waves to come are drawn from the new files, without the devices of those that have begun.
 */
import { list, renderNumber } from '../base/text.ts';
import { namesOf } from '../plan/format/key.ts';
import type { OnceBegun } from '../plan/format/key.ts';
import { PLAN_KEYS } from '../plan/format/plan-keys.ts';
import { WAVE_KEYS } from '../plan/format/wave-keys.ts';
import type { Serial, WaveName } from '../plan/identifiers.ts';
import { comparePlanValues, compareWaveValues } from '../plan/plan-values.ts';
import { redrawWaves } from '../plan/redraw.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import type { RolloutPlan, Wave } from '../plan/rollout-plan.ts';
import { toleratedOf } from '../plan/threshold.ts';
import { compareDevices, comparePlans, describePlanChange } from './compare-plans.ts';
import type { PlanChange } from './compare-plans.ts';
import type { Rules } from './event.ts';
import { hasBegun } from './in-doubt.ts';
import { limitOf } from './judge.ts';
import type { RolloutState } from './state.ts';

export type Merged =
  | {
      readonly kind: 'merged';
      readonly plan: RolloutPlan;
      /** What it changes on record, a phrase each. */
      readonly changes: readonly string[];
      /** What the given plan says otherwise of waves that have begun, and is not taken up. */
      readonly kept: readonly PlanChange[];
      /** Waves that start from their beginning: all that was posted of them was certainly refused. */
      readonly resets: readonly WaveName[];
    }
  | { readonly kind: 'refused'; readonly changes: readonly PlanChange[] };

/** As long as nothing was posted, or all of it was certainly refused, everything may change. */
export function mergePlans(state: RolloutState, given: RolloutPlan): Merged {
  const begun = begunWaves(state);
  const misplaced = comparePlans(state.plan, given).filter(
    (change) => !isInPlace(change, { state, given, begun }),
  );
  if (misplaced.length > 0) return { kind: 'refused', changes: misplaced };
  if (begun.length === 0) return mergedInto(given, { state, kept: [], left: [] });
  const held = new Map(begun.map(({ name, devices }) => [name, devices]));
  const { plan: redrawn, left } = redrawWaves(given, held);
  const kept: PlanChange[] = [];
  const refused: PlanChange[] = [];
  const waves = redrawn.waves.map((fresh, index): Wave => {
    const recorded = begun[index];
    const written = given.waves[index];
    if (recorded === undefined || written === undefined) {
      if (fresh.devices.length === 0) refused.push(describeEmptied(fresh.name, state));
      return fresh;
    }
    const differences = compareBegun(recorded, written, state.rules);
    refused.push(...differences.refused);
    kept.push(...differences.kept);
    return differences.isStricter ? { ...recorded, ...pickLimits(written) } : recorded;
  });
  const plan = { ...given, waves };
  refused.unshift(...refusedOfPlan(state.plan, plan));
  return refused.length > 0 ? { kind: 'refused', changes: refused } : mergedInto(plan, { state, kept, left });
}

/** In their order. */
function begunWaves(state: RolloutState): readonly Wave[] {
  return state.waves.map(({ wave }) => wave).filter(({ name }) => hasBegun(state, name));
}

type Placing = {
  readonly state: RolloutState;
  readonly given: RolloutPlan;
  readonly begun: readonly Wave[];
};

/** Waves that have begun stay where they are; those that are named on record stay in the plan. */
function isInPlace(change: PlanChange, { state, given, begun }: Placing): boolean {
  switch (change.kind) {
    case 'value':
      return true;
    case 'wave-added':
      return given.waves.findIndex(({ name }) => name === change.wave) >= begun.length;
    case 'wave-removed':
      return !isNamedOnRecord(change.wave, state);
    case 'order':
      return begun.every(({ name }, index) => change.after[index] === name);
  }
}

function isNamedOnRecord(wave: WaveName, { phase, deployments }: RolloutState): boolean {
  const isPosted = [...deployments.values()].some((deployment) => deployment.wave === wave);
  return isPosted || ('wave' in phase && phase.wave === wave);
}

type Merging = {
  readonly state: RolloutState;
  readonly kept: readonly PlanChange[];
  readonly left: readonly Serial[];
};

function mergedInto(plan: RolloutPlan, { state, kept, left }: Merging): Merged {
  const changes = comparePlans(state.plan, plan);
  const posted = new Set([...state.deployments.values()].map(({ wave }) => wave));
  const begun = new Set(begunWaves(state).map(({ name }) => name));
  const changed = new Set(
    changes.flatMap((change) => ('wave' in change && change.wave !== null ? [change.wave] : [])),
  );
  const told =
    left.length === 0 ? [] : [`in no wave: ${renderNumber(left.length)} devices (${list(left, 3)})`];
  return {
    kind: 'merged',
    plan,
    kept,
    changes: [...changes.map(describePlanChange), ...told],
    resets: plan.waves
      .map(({ name }) => name)
      .filter((name) => posted.has(name) && !begun.has(name) && changed.has(name)),
  };
}

type BegunDifferences = {
  readonly kept: readonly PlanChange[];
  readonly refused: readonly PlanChange[];
  readonly isStricter: boolean;
};

function compareBegun(recorded: Wave, written: Wave, rules: Rules): BegunDifferences {
  const values = compareWaveValues(recorded, written).map((change): PlanChange => ({
    kind: 'value',
    wave: recorded.name,
    ...change,
  }));
  const all = [...compareDevices(recorded, written), ...values];
  const isStricter = isNoLooser(recorded, written, rules);
  const kept: PlanChange[] = [];
  const refused: PlanChange[] = [];
  const limits: PlanChange[] = [];
  for (const change of all) {
    switch (ruleOf(change, WAVE_KEYS)) {
      case 'kept':
      case 'kept-program':
        kept.push(change);
        break;
      case 'limit':
        limits.push(change);
        break;
      case 'refused':
        refused.push(change);
    }
  }
  return { kept, refused: [...refused, ...(isStricter ? [] : limits)], isStricter };
}

/** Whether it is about programs that are kept as they are on record. */
export function isOfKeptPrograms(change: PlanChange): boolean {
  return ruleOf(change, WAVE_KEYS) === 'kept-program';
}

/** A key that is not known is one of a later release, and refused. */
function ruleOf<Rule extends OnceBegun>(
  change: PlanChange,
  keys: Readonly<Record<string, { readonly onceBegun: Rule }>>,
): Rule | 'refused' {
  if (change.kind !== 'value' || !Object.hasOwn(keys, change.of)) return 'refused';
  return keys[change.of]?.onceBegun ?? 'refused';
}

/** The limits of a wave, which become stricter together. */
function pickLimits(wave: Wave): Partial<Wave> {
  const limits = namesOf(WAVE_KEYS).filter((name) => WAVE_KEYS[name].onceBegun === 'limit');
  return Object.fromEntries(limits.map((name) => [name, wave[name]]));
}

/** As counts of the devices on record: whatever is rejected and ignored, no more failures are tolerated than before. */
function isNoLooser(recorded: Wave, written: Wave, rules: Rules): boolean {
  const isIgnoring = recorded.rejected === 'ignore';
  if (written.rejected === 'ignore' && !isIgnoring) return false;
  return basesOf(recorded.devices.length, isIgnoring).every(
    (base) => limitOf(written, base, rules).tolerated <= limitOf(recorded, base, rules).tolerated,
  );
}

/** Devices that are rejected and ignored leave the base, one by one. */
function basesOf(devices: number, isIgnoring: boolean): readonly number[] {
  return isIgnoring ? Array.from({ length: devices }, (_, index) => index + 1) : [devices];
}

function refusedOfPlan(recorded: RolloutPlan, merged: RolloutPlan): readonly PlanChange[] {
  return comparePlanValues(recorded, merged)
    .map((change): PlanChange => ({ kind: 'value', wave: null, ...change }))
    .filter((change) => {
      switch (ruleOf(change, PLAN_KEYS)) {
        case 'taken':
          return false;
        case 'limit':
          return !isPlanNoLooser(recorded, merged);
        case 'refused':
          return true;
      }
    });
}

function isPlanNoLooser({ maxFailures: before }: RolloutPlan, merged: RolloutPlan): boolean {
  const { maxFailures: after } = merged;
  if (before === null) return true;
  if (after === null) return false;
  const isIgnoring = merged.waves.some(({ rejected }) => rejected === 'ignore');
  return basesOf(countDevices(merged), isIgnoring).every(
    (base) => toleratedOf(after, base) <= toleratedOf(before, base),
  );
}

function describeEmptied(wave: WaveName, { plan }: RolloutState): PlanChange {
  const before = plan.waves.find(({ name }) => name === wave)?.devices.length ?? 0;
  return {
    kind: 'value',
    wave,
    of: 'devices',
    key: 'devices',
    before: renderNumber(before),
    after: 'only devices of started waves',
  };
}
