/** The place of each setting in a plan file, for rules that check the written value and not the resolved one. */
import type { ReadDocument } from '../document/read-document.ts';
import type { Path } from '../document/places.ts';
import { TIMEOUT_MS_MIN } from './limits.ts';
import type { CommandDocument, RolloutPlanDocument, WaveSettings, WindowDocument } from './plan-document.ts';
import { HOOK_POINTS } from './rollout-plan.ts';
import type { Origin, SharedSetting } from './plan-subject.ts';
import type { Duration } from './format/key.ts';
import { PLAN_KEYS, ROLLBACK_KEYS } from './format/plan-keys.ts';
import type { WrittenRollback } from './format/plan-keys.ts';
import { inheritsThresholds, WAVE_KEYS } from './format/wave-keys.ts';
import type { WrittenArgument, WrittenDuration, WrittenProgram } from './rules/written-values.ts';
import type { WrittenWindow } from './rules/windows.ts';

/** The origin of the wave's setting; `null` if the file does not have it. */
export function findOrigin(
  document: RolloutPlanDocument,
  index: number,
  setting: SharedSetting,
): Origin | null {
  const wave = document.waves[index];
  if (wave === undefined) return null;
  if (wave[setting] !== undefined) return { path: ['waves', index, setting], isShared: false };
  const isThreshold = setting === 'minSuccess' || setting === 'maxFailures';
  if (document.defaults?.[setting] === undefined || (isThreshold && !inheritsThresholds(wave))) return null;
  return { path: ['defaults', setting], isShared: true };
}

type Said = { readonly path: readonly (string | number)[]; readonly settings: WaveSettings };

/** The settings of `defaults` and of each wave. */
function listSettings({ defaults, waves }: RolloutPlanDocument): readonly Said[] {
  const own = waves.map((settings, index) => ({ path: ['waves', index], settings }));
  return defaults === undefined ? own : [{ path: ['defaults'], settings: defaults }, ...own];
}

type Read = { readonly value: RolloutPlanDocument; readonly placeOf: ReadDocument<unknown>['placeOf'] };

export function listArguments({ value, placeOf }: Read): readonly WrittenArgument[] {
  const ofPlan: readonly Said[] = [
    { path: [], settings: { arguments: value.arguments ?? {} } },
    { path: ['rollback'], settings: { arguments: value.rollback?.arguments ?? {} } },
  ];
  const said: readonly Said[] = [...ofPlan, ...listSettings(value)];
  return said.flatMap(({ path, settings }) =>
    Object.entries(settings.arguments ?? {}).map(([name, text]) => ({
      name,
      value: text,
      place: placeOf([...path, 'arguments', name]),
    })),
  );
}

export function listDurations({ value, placeOf }: Read): readonly WrittenDuration[] {
  const ofWaves = listSettings(value).flatMap(({ path, settings }) => [
    ...listDurationKeys<WaveSettings>(WAVE_KEYS, settings, path),
    ...(settings.gates ?? []).flatMap(({ timeout, interval }, index) => [
      { key: 'timeout', text: timeout, path: [...path, 'gates', index, 'timeout'], leastMs: TIMEOUT_MS_MIN },
      { key: 'interval', text: interval, path: [...path, 'gates', index, 'interval'], leastMs: 0 },
    ]),
  ]);
  const ofHooks = listHooks(value).map(({ command: { timeout: text }, path }) => ({
    key: 'timeout',
    text,
    path: [...path, 'timeout'],
    leastMs: TIMEOUT_MS_MIN,
  }));
  const ofPlan = [
    ...listDurationKeys<RolloutPlanDocument>(PLAN_KEYS, value, []),
    ...(value.rollback === undefined
      ? []
      : listDurationKeys<WrittenRollback['rollback']>(ROLLBACK_KEYS, value.rollback, ['rollback'])),
  ];
  return [...ofPlan, ...ofHooks, ...ofWaves].flatMap(({ key, text, path, leastMs }) =>
    text === undefined ? [] : [{ key, text, leastMs, place: placeOf(path) }],
  );
}

/** The durations among the keys of one part of the file. */
function listDurationKeys<Said>(
  keys: Readonly<Record<string, object | Duration<Said>>>,
  said: Said,
  path: Path,
) {
  return Object.values(keys).flatMap((key) =>
    'leastMs' in key
      ? [{ key: key.name, text: key.textIn(said), path: [...path, key.name], leastMs: key.leastMs }]
      : [],
  );
}

/** Every program of the plan, with its place. */
export function listPrograms({ value, placeOf }: Read): readonly WrittenProgram[] {
  const ofGates = listSettings(value).flatMap(({ path, settings }) =>
    (settings.gates ?? []).map((command, index) => ({ command, path: [...path, 'gates', index] })),
  );
  return [...listHooks(value), ...ofGates].map(({ command, path }) => ({
    program: command.run[0] ?? '',
    place: placeOf([...path, 'run', 0]),
    argument:
      command.run[1] === undefined ? null : { text: command.run[1], place: placeOf([...path, 'run', 1]) },
  }));
}

function listHooks({
  hooks = {},
}: RolloutPlanDocument): readonly { readonly command: CommandDocument; readonly path: Path }[] {
  return HOOK_POINTS.flatMap((point) => {
    const written = hooks[point];
    if (!Array.isArray(written))
      return written === undefined ? [] : [{ command: written, path: ['hooks', point] }];
    return written.map((command, index) => ({ command, path: ['hooks', point, index] }));
  });
}

export function listWindows({ value, placeOf }: Read): readonly WrittenWindow[] {
  return listSettings(value).flatMap(({ path, settings: { window } }) =>
    typeof window === 'object'
      ? [{ window, placeOf: (key: keyof WindowDocument) => placeOf([...path, 'window', key]) }]
      : [],
  );
}
