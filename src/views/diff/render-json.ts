/** `breakwater diff --format json`: one document, described by `schemas/diff.schema.json`. */
import { renderJson } from '../../base/text.ts';
import { countChanges } from './diff-phrases.ts';
import { isSamePlan } from './plan-diff.ts';
import type { PlanDiff, Sides, WaveDiff, WavePlace } from './plan-diff.ts';
import type { DiffSource } from './diff-document.ts';

export function renderDiffJson(diff: PlanDiff, sources: Sides<DiffSource>): string {
  const { names, artifacts, plan, waves, devices, worst } = diff;
  const side = (which: keyof Sides<unknown>): object => ({
    source: sources[which].label,
    rollout: names[which],
    digest: sources[which].digest,
    artifact: artifacts[which],
    ...worst[which],
  });
  const document = {
    format: 'breakwater/diff',
    version: 1,
    same: isSamePlan(diff),
    before: side('before'),
    after: side('after'),
    plan,
    waves: waves.map(describeWave),
    devices: {
      ...countChanges(devices),
      changes: devices.map(({ from, to, devices: serials }) => ({ from, to, devices: serials })),
    },
  };
  return `${renderJson(document, 2)}\n`;
}

function describeWave({ before, after, isMoved, isReordered, values, worst }: WaveDiff): object {
  return {
    before: before === null ? null : { ...describePlace(before), ...worst.before },
    after: after === null ? null : { ...describePlace(after), ...worst.after },
    moved: isMoved,
    reordered: isReordered,
    changes: values,
  };
}

function describePlace({ name, at, devices }: WavePlace): object {
  return { name, position: at, devices };
}
