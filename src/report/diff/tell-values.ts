/** What a plan and a wave say beside their devices, by the keys of a plan file and as they would be written there. */
import { renderDuration } from '../../base/duration.ts';
import { UNKNOWN_ARTIFACT } from '../../plan/collect-artifacts.ts';
import { describeWindow } from '../../plan/describe-window.ts';
import type { ArtifactUuid } from '../../plan/identifiers.ts';
import { HOOK_POINTS } from '../../plan/rollout-plan.ts';
import type { Command, Gate, RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import { renderThreshold } from '../../plan/threshold.ts';
import type { Threshold } from '../../plan/threshold.ts';

/** `null` stands for what is not said. */
export type Told = ReadonlyMap<string, string | null>;

export type ValueChange = {
  readonly key: string;
  readonly before: string | null;
  readonly after: string | null;
};

/** In the order of the keys that are told of `after`, then of `before`. */
export function compareValues(before: Told, after: Told): readonly ValueChange[] {
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key) ?? null, after.get(key) ?? null];
    return was === is ? [] : [{ key, before: was, after: is }];
  });
}

/** `null` for one that is named by its file and is not on record as uploaded. */
export function knownArtifact({ artifact: { uuid } }: RolloutPlan): ArtifactUuid | null {
  return uuid === UNKNOWN_ARTIFACT ? null : uuid;
}

export function tellPlan(plan: RolloutPlan): Told {
  const { rollback, rollbackOf, hooks } = plan;
  return new Map([
    ['description', plan.description],
    ['region', plan.region],
    ['artifact', knownArtifact(plan)],
    ['maxFailures', tellThreshold(plan.maxFailures)],
    ['haltGrace', renderDuration(plan.haltGraceMs)],
    ['whenInDoubt', plan.whenInDoubt],
    ['preflight.minOnline', tellThreshold(plan.preflight?.minOnline)],
    ['rollback.artifact', rollback?.artifact.uuid ?? null],
    ['rollback.automatic', rollback === undefined ? null : String(rollback.automatic)],
    ...tellArguments('rollback.arguments', rollback?.arguments ?? {}),
    ['rollbackOf', rollbackOf === undefined ? null : `${rollbackOf.name} of ${rollbackOf.startedAt}`],
    ...HOOK_POINTS.flatMap((point) => tellCommands(`hooks.${point}`, hooks?.[point] ?? [])),
  ]);
}

export function tellWave(wave: Wave): Told {
  const { window, soakMs } = wave;
  return new Map([
    ...tellArguments('arguments', wave.arguments),
    ['minSuccess', tellThreshold(wave.minSuccess)],
    ['maxFailures', tellThreshold(wave.maxFailures)],
    ['rejected', wave.rejected],
    ['timeout', renderDuration(wave.timeoutMs)],
    // A wave without a size is one batch, and grows with its devices.
    ['batch.size', wave.batch.size === wave.devices.length ? null : String(wave.batch.size)],
    ['batch.parallel', String(wave.batch.parallel)],
    ['window', window === undefined ? null : describeWindow(window)],
    ['approval', wave.approval ?? null],
    ['soak', soakMs === undefined ? null : renderDuration(soakMs)],
    ...tellCommands('gates', wave.gates ?? []),
  ]);
}

type Entry = readonly [string, string | null];

function tellThreshold(threshold: Threshold | null | undefined): string | null {
  return threshold === null || threshold === undefined ? null : renderThreshold(threshold);
}

function tellArguments(key: string, values: Readonly<Record<string, string>>): readonly Entry[] {
  return Object.entries(values).map(([name, value]) => [`${key}.${name}`, value]);
}

/** Each by its place: two may have the same name. */
function tellCommands(key: string, commands: readonly (Command | Gate)[]): readonly Entry[] {
  return commands.map((command, index) => [`${key}[${index}]`, tellCommand(command)]);
}

function tellCommand(command: Command | Gate): string {
  const { name, run, timeoutMs } = command;
  const tries =
    'retries' in command
      ? `, retries ${command.retries}, interval ${renderDuration(command.intervalMs)}`
      : '';
  return `${name}: ${JSON.stringify(run)}, timeout ${renderDuration(timeoutMs)}${tries}`;
}
