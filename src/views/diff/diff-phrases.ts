/** The words for differences between two plans. The text may contain anything: the renderers make it safe. */
import { renderElapsed } from '../../base/duration.ts';
import { count, enumerate, renderNumber } from '../../base/text.ts';
import { renderValues } from '../../plan/plan-values.ts';
import type { ValueChange } from '../../plan/plan-values.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import { ODDS_BREAKAGE } from '../../rollout/preview.ts';
import type { Change } from '../blocks/block.ts';
import { renderChance, renderMean } from '../wording/phrases.ts';
import { isSamePlan } from './plan-diff.ts';
import type { DeviceChange } from './match-waves.ts';
import type { PlanDiff, WaveDiff, WavePlace, WaveWorst, Worst } from './plan-diff.ts';

export function nameRollout({ before, after }: PlanDiff['names']): string {
  return before === after ? after : `${before} → ${after}`;
}

/** The changes of the waves themselves, a line each. */
export function describeWaves(waves: readonly WaveDiff[]): readonly WaveLine[] {
  return waves.flatMap(describeWave);
}

export type WaveLine = readonly [what: string, text: string];

function describeWave({ before, after, isMoved, isReordered }: WaveDiff): readonly WaveLine[] {
  if (after === null) return before === null ? [] : [['removed', describePlace('formerly wave', before)]];
  if (before === null) return [['added', describePlace('as wave', after)]];
  const lines: readonly (WaveLine | null)[] = [
    before.name === after.name ? null : ['renamed', `${before.name} is now ${after.name}`],
    isMoved ? ['moved', `${after.name}, from wave ${before.at} to wave ${after.at}`] : null,
    isReordered ? ['reordered', `${after.name}: its devices have another order`] : null,
  ];
  return lines.filter((line) => line !== null);
}

function describePlace(as: string, { name, at, devices }: WavePlace): string {
  return `${name}, ${as} ${at}, with ${count(devices, 'device')}`;
}

/** Says that the plans are the same, or why that is unknown; `null` if they differ and their artifacts are known. */
export function describeSameness(diff: PlanDiff): string | null {
  const { before, after } = diff.artifacts;
  const isUnknown = before === null && after === null;
  if (!isSamePlan(diff)) return isUnknown ? `Note: ${UNKNOWN}.` : null;
  return isUnknown ? `No known difference, but ${UNKNOWN}.` : 'No difference: both give the same plan.';
}

const UNKNOWN = "the artifacts cannot be compared: neither plan's file is on record as uploaded";

export function describeValue(change: ValueChange): Change {
  return [change.key, ...renderValues(change)];
}

export type DeviceCounts = { readonly changed: number; readonly added: number; readonly removed: number };

export function countChanges(changes: readonly DeviceChange[]): DeviceCounts {
  const sum = (isCounted: (change: DeviceChange) => boolean): number =>
    changes.filter(isCounted).reduce((total, { devices }) => total + devices.length, 0);
  return {
    changed: sum(({ from, to }) => from !== null && to !== null),
    added: sum(({ from }) => from === null),
    removed: sum(({ to }) => to === null),
  };
}

/** `3 devices change wave, 2 are added and 1 is removed`. */
export function describeCounts({ changed, added, removed }: DeviceCounts): string {
  const parts = [
    ...(changed === 0 ? [] : [`${count(changed, 'device')} ${changed === 1 ? 'changes' : 'change'} wave`]),
    ...(added === 0 ? [] : [`${renderNumber(added)} ${added === 1 ? 'is' : 'are'} added`]),
    ...(removed === 0 ? [] : [`${renderNumber(removed)} ${removed === 1 ? 'is' : 'are'} removed`]),
  ];
  return parts.length === 0 ? 'every device stays in its wave' : enumerate(parts);
}

/** `canary → taipei`; `into taipei` and `out of canary` for devices in only one plan. */
export function nameChange({ from, to }: DeviceChange): string {
  if (from === null) return `into ${to ?? ''}`;
  return to === null ? `out of ${from}` : `${from} → ${to}`;
}

/** Of the rollout as a whole, whether it changes or not. */
export function describeWorst({ worst: { before, after } }: PlanDiff): readonly Change[] {
  const phrase = (what: string, render: (worst: Worst) => string): Change => [
    what,
    render(before),
    render(after),
  ];
  return [
    phrase('devices', ({ devices }) => renderNumber(devices)),
    phrase('deployments', ({ deployments }) => renderNumber(deployments)),
    phrase('failures without a halt', ({ unhalted }) => `at most ${renderNumber(unhalted)}`),
    phrase('broken by an artifact that breaks all', ({ brokenByAll }) => renderNumber(brokenByAll)),
    phrase(`broken by one that breaks ${renderThreshold(ODDS_BREAKAGE)}`, ({ brokenOnAverage }) =>
      renderMean(brokenOnAverage),
    ),
    phrase('chance that it completes', ({ completes }) => renderChance(completes)),
    phrase('time', ({ longestMs }) => `at most ${renderElapsed(longestMs)}`),
  ];
}

/** Of each wave whose worst case changes, and that is in both plans or in one. */
export function describeWaveWorst(waves: readonly WaveDiff[]): readonly Change[] {
  return waves.flatMap(({ before, after, worst }): readonly Change[] => {
    const [was, is] = [describeWorstOf(worst.before), describeWorstOf(worst.after)];
    return was === is ? [] : [[`wave ${(after ?? before)?.name ?? ''}`, was, is]];
  });
}

function describeWorstOf(worst: WaveWorst | null): string {
  if (worst === null) return 'none';
  const { haltsAtFailure, broken } = worst;
  return `${renderNumber(broken)} broken when failure #${renderNumber(haltsAtFailure)} halts`;
}
