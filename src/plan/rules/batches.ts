/** Batches that change nothing. What `defaults` says is a finding only if no wave gains by it. */
import { makeWarning } from '../../findings/findings.ts';
import { groupByOrigin } from '../plan-subject.ts';
import type { PlanSubject, Saying } from '../plan-subject.ts';
import type { Wave } from '../rollout-plan.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

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
