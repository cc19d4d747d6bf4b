/** `breakwater run NAME`: continues a rollout with the plan on record, or with that plan's file (see `reviewed-plan.ts`). */
import { dirname, resolve } from 'node:path';
import { isRecordTrusted } from '../../../host/find-record.ts';
import { openStore } from '../../../host/open-store.ts';
import type { RolloutName } from '../../../plan/identifiers.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { RolloutState } from '../../../rollout/state.ts';
import type { SettingOrigin, Settings, StateLocation } from '../../../settings/settings.ts';
import { findRollout, listNames } from '../../find-rollout.ts';
import { fail } from '../../io.ts';
import type { Io } from '../../io.ts';
import { locateStateOrReport, loadSettingsOrReport } from '../../read-settings.ts';
import { describeMissing, locateRecorded, readReviewed } from '../../reviewed-plan.ts';
import type { RunFlags } from './run-flags.ts';

export type RunByRecord =
  | {
      readonly kind: 'found';
      readonly plan: RolloutPlan;
      readonly settings: Settings;
      /** The path on record. */
      readonly planFile: string | null;
      /** The same path, as seen from here. */
      readonly recordedPath: string | null;
      /** Absolute path: the folder in which hooks and gates run. */
      readonly folder: string;
    }
  /** No record has that name, and a plan file can have it. */
  | { readonly kind: 'a-file' }
  | { readonly kind: 'failed'; readonly exit: ExitCode };

export async function findByRecord(name: RolloutName, flags: RunFlags, io: Io): Promise<RunByRecord> {
  const failed = (message: string): RunByRecord => ({
    kind: 'failed',
    exit: fail(io, EXIT.refused, message),
  });
  if (flags.simulate !== null && flags.state === null) {
    return PLAN_NAME.test(name)
      ? { kind: 'a-file' }
      : failed(
          `file not found: ${name}. A simulated rollout is on record only in the place that --state names.`,
        );
  }
  const recorded = await readRecorded(name, flags, io);
  if (recorded.kind !== 'read') return recorded;
  const { state, place, stateFrom, location } = recorded;
  const { plan, planFile } = state;
  if (plan.rollbackOf !== undefined) {
    return failed(
      `${name} is the rollback of ${plan.rollbackOf.name}. To continue it:\n  breakwater rollback ${plan.rollbackOf.name}`,
    );
  }
  const located = locateRecorded(state, location, io);
  const wayOn = 'Run the plan by its path:\n  breakwater run PLAN';
  const vouched = isRecordTrusted(place, io)
    ? plan
    : await readReviewed({ state, located, wayOn, flags, isNeeded: flags.simulate === null }, io);
  if (typeof vouched === 'number') return { kind: 'failed', exit: vouched };
  if (located === null && flags.simulate === null && hasPrograms(plan)) {
    return failed(
      `the plan of ${name} has hooks or gates, which run in its folder, and ${describeMissing(planFile)}. Run the plan by its path:\n  breakwater run PLAN`,
    );
  }
  const settings = await readSettings({ planPath: located?.path ?? null, flags }, io);
  if (settings === null) return { kind: 'failed', exit: EXIT.refused };
  return {
    kind: 'found',
    plan: vouched,
    planFile,
    // The record that was read is the one to continue, whatever the settings beside the plan name.
    settings: { ...settings, state: place, stateFrom },
    recordedPath: located?.path ?? null,
    folder: located === null ? io.cwd : dirname(resolve(io.cwd, located.path)),
  };
}

/** Names that a rollout and a plan file can have. */
const PLAN_NAME = /\.(?:ya?ml|json)$/;

type Recorded =
  | {
      readonly kind: 'read';
      readonly state: RolloutState;
      readonly place: StateLocation;
      readonly stateFrom: SettingOrigin;
      readonly location: string;
    }
  | Exclude<RunByRecord, { readonly kind: 'found' }>;

async function readRecorded(name: RolloutName, flags: RunFlags, io: Io): Promise<Recorded> {
  const settings = await readSettings({ planPath: null, flags }, io);
  if (settings === null) return { kind: 'failed', exit: EXIT.refused };
  const place = locateStateOrReport(settings, { name, folders: [io.cwd] }, io);
  if (typeof place === 'number') return { kind: 'failed', exit: place };
  const opened = await openStore(place, io.clock);
  if (opened.kind === 'problem') return { kind: 'failed', exit: fail(io, EXIT.environment, opened.message) };
  const store = opened.value;
  try {
    const names = await listNames(store, io);
    if (typeof names === 'number') return { kind: 'failed', exit: names };
    if (!names.includes(name) && PLAN_NAME.test(name)) return { kind: 'a-file' };
    const found = await findRollout({ name, otherwise: `no file ${name} exists, and ` }, store, io);
    if (typeof found === 'number') return { kind: 'failed', exit: found };
    const { stateFrom } = settings;
    return { kind: 'read', state: found.state, place, stateFrom, location: store.location };
  } finally {
    await store.close();
  }
}

type Reading = { readonly planPath: string | null; readonly flags: RunFlags };

function readSettings({ planPath, flags }: Reading, io: Io): Promise<Settings | null> {
  const { state, progress, allowOutside, color, simulate } = flags;
  const uses = { record: true, api: simulate === null };
  return loadSettingsOrReport({ planPath, allowOutside, state, progress, uses }, io, color);
}

function hasPrograms({ hooks, waves }: RolloutPlan): boolean {
  return hooks !== undefined || waves.some(({ gates }) => gates !== undefined);
}
