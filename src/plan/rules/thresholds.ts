/**
 * Checks thresholds that do not have the effect that they seem to have: a number above the size of the wave, a percentage that
 * rounds to 0 failures, a limit that is never exceeded, and two thresholds of which one never decides. Also checks batches
 * without effect.
 */
import { makeError, makeWarning } from '../../findings/findings.ts';
import { groupByOrigin } from '../plan-subject.ts';
import type { PlanSubject, Saying } from '../plan-subject.ts';
import { countDevices } from '../rollout-plan.ts';
import type { Wave } from '../rollout-plan.ts';
import { neededOf, renderThreshold, toleratedOf } from '../threshold.ts';
import type { Threshold } from '../threshold.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

export function checkThresholds(subject: PlanSubject): readonly Diagnostic[] {
  return [
    ...groupByOrigin(subject, 'minSuccess').flatMap((saying) => checkMinSuccess(subject, saying)),
    ...groupByOrigin(subject, 'maxFailures').flatMap((saying) => checkMaxFailures(subject, saying)),
    ...subject.plan.waves.flatMap((wave, index) => checkAgreement(subject, wave, index)),
    ...checkRollout(subject),
    ...checkRollback(subject),
  ];
}

/** How many failures of `base` devices a threshold tolerates; negative if it needs more successes than devices. */
function failuresAllowed(key: 'minSuccess' | 'maxFailures', threshold: Threshold, base: number): number {
  return key === 'minSuccess' ? base - neededOf(threshold, base) : toleratedOf(threshold, base);
}

function checkMinSuccess(subject: PlanSubject, { path, waves }: Saying): readonly Diagnostic[] {
  const threshold = waves[0]?.minSuccess ?? null;
  if (threshold === null) return [];
  const above = waves.filter(({ devices }) => failuresAllowed('minSuccess', threshold, devices.length) < 0);
  if (above.length === 0)
    return checkUse(subject, { key: 'minSuccess', threshold, path, bases: waves.map(baseOf) });
  return [
    makeError({
      code: 'min-success-above-wave',
      place: subject.placeOf(path),
      facts: { needed: neededOf(threshold, 0), bases: above.map(baseOf) },
    }),
  ];
}

function checkMaxFailures(subject: PlanSubject, { path, waves }: Saying): readonly Diagnostic[] {
  const threshold = waves[0]?.maxFailures ?? null;
  if (threshold === null) return [];
  return checkUse(subject, { key: 'maxFailures', threshold, path, bases: waves.map(baseOf) });
}

function checkRollout(subject: PlanSubject): readonly Diagnostic[] {
  const { plan, lists } = subject;
  if (plan.maxFailures === null || lists.includes(null)) return [];
  const bases = [{ wave: null, devices: countDevices(plan) }];
  return checkUse(subject, { key: 'maxFailures', threshold: plan.maxFailures, path: ['maxFailures'], bases });
}

/** Assumes the maximum number of devices that the rollback can reach. */
function checkRollback(subject: PlanSubject): readonly Diagnostic[] {
  const { plan, lists } = subject;
  const threshold = plan.rollback?.maxFailures;
  if (threshold === undefined || lists.includes(null)) return [];
  const bases = [{ wave: null, devices: countDevices(plan) }];
  return checkUse(subject, { key: 'maxFailures', threshold, path: ['rollback', 'maxFailures'], bases });
}

type Base = { readonly wave: string | null; readonly devices: number };

function baseOf({ name, devices }: Wave): Base {
  return { wave: name, devices: devices.length };
}

type Use = {
  readonly key: 'minSuccess' | 'maxFailures';
  readonly threshold: Threshold;
  readonly path: Saying['path'];
  readonly bases: readonly Base[];
};

/** Warns if the threshold has another effect than its text suggests. */
function checkUse({ placeOf }: PlanSubject, { key, threshold, path, bases }: Use): readonly Diagnostic[] {
  const place = placeOf(path);
  const written = renderThreshold(threshold);
  const none = bases.filter(({ devices }) => failuresAllowed(key, threshold, devices) === 0);
  const all = bases.filter(({ devices }) => failuresAllowed(key, threshold, devices) >= devices);
  const diagnostics: Diagnostic[] = [];
  if (none.length > 0 && suggestsFailures(key, threshold)) {
    const facts = { key, threshold: written, bases: none };
    diagnostics.push(makeWarning({ code: 'threshold-allows-no-failure', place, facts }));
  }
  if (all.length > 0) {
    const facts = { key, threshold: written, bases: all };
    diagnostics.push(makeWarning({ code: 'threshold-never-trips', place, facts }));
  }
  return diagnostics;
}

/** A percentage suggests that some devices may fail. A number is clear. */
function suggestsFailures(key: Use['key'], threshold: Threshold): boolean {
  if ('count' in threshold) return false;
  return key === 'minSuccess' ? threshold.partsPerMillion < 1_000_000 : threshold.partsPerMillion > 0;
}

/** With both thresholds, the stricter decides, and the other one has no effect. */
function checkAgreement(subject: PlanSubject, wave: Wave, index: number): readonly Diagnostic[] {
  const { minSuccess, maxFailures, devices } = wave;
  if (minSuccess === null || maxFailures === null || subject.lists[index] === null) return [];
  const needed = neededOf(minSuccess, devices.length);
  const tolerated = toleratedOf(maxFailures, devices.length);
  const allowed = devices.length - needed;
  // The other cases have their own findings.
  if (allowed < 0 || allowed === tolerated || tolerated >= devices.length || needed === 0) return [];
  const origin = subject.originOf(index, 'maxFailures');
  return [
    makeWarning({
      code: 'thresholds-disagree',
      place: subject.placeOf(origin?.path ?? ['waves', index]),
      facts: {
        wave: wave.name,
        devices: devices.length,
        minSuccess: renderThreshold(minSuccess),
        needed,
        maxFailures: renderThreshold(maxFailures),
        tolerated,
      },
    }),
  ];
}

/** A setting of `defaults` is a finding only if it has no effect for any wave. */
export function checkBatches(subject: PlanSubject): readonly Diagnostic[] {
  return groupByOrigin(subject, 'batch').flatMap((saying) => checkBatch(subject, saying));
}

function checkBatch({ placeOf }: PlanSubject, { path, waves }: Saying): readonly Diagnostic[] {
  const batch = waves[0]?.batch;
  if (batch === undefined) return [];
  const diagnostics: Diagnostic[] = [];
  if (waves.every(({ devices }) => batch.size > devices.length)) {
    const bases = waves.map(({ name, devices }) => ({ wave: name, devices: devices.length }));
    const place = placeOf([...path, 'size']);
    diagnostics.push(
      makeWarning({ code: 'batch-larger-than-wave', place, facts: { size: batch.size, bases } }),
    );
  }
  const batches = Math.max(...waves.map(countBatches));
  if (batch.parallel > batches) {
    const facts = { parallel: batch.parallel, batches };
    diagnostics.push(
      makeWarning({ code: 'batch-parallel-unused', place: placeOf([...path, 'parallel']), facts }),
    );
  }
  return diagnostics;
}

function countBatches({ devices, batch }: Wave): number {
  return Math.ceil(devices.length / batch.size);
}
