/**
 * `breakwater rollback`: deploys the `rollback` of a rollout's plan to the devices that the rollout reached. It first records
 * the rollback in the rollout's record, so that the rollout cannot be resumed. Then the rollback is a rollout like any other.
 */
import type { JournalStore } from '../../store/journal.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { apply } from '../../rollout/apply.ts';
import { decideOrder } from '../../rollout/handle-order.ts';
import type { Order, RollbackScope } from '../../rollout/order.ts';
import { comparePlans } from '../../rollout/compare-plans.ts';
import { isAnyInDoubt, planRollback, planRollbackBy } from '../../rollout/rollback.ts';
import type { RolloutState } from '../../rollout/state.ts';
import type { Settings } from '../../settings/settings.ts';
import { present } from '../../base/assert.ts';
import { hostOf } from '../../backend/allxon/base-url.ts';
import { digestPlan } from '../../plan/digest.ts';
import { findRollout } from '../find-rollout.ts';
import type { FoundRollout } from '../../run/session/find-rollout.ts';
import { placeOrder, signOrder } from '../../run/session/give-order.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { describeStartBar, findStartBar } from '../../run/session/start-bar.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { renderChanges } from '../../views/wording/describe-refusal.ts';
import { composeCommands, composeExplain } from '../../views/wording/commands.ts';
import type { Commands } from '../../views/wording/commands.ts';
import { isRecordTrusted } from '../../host/find-record.ts';
import { openStore } from '../../host/open-store.ts';
import { turnOfRollback } from '../../run/session/run-with-rollback.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import { locateStateOrReport, loadSettingsOrReport, showRecord } from '../read-settings.ts';
import { locateRecorded, readReviewed } from '../reviewed-plan.ts';
import { findSettingsAbove } from '../../settings/find-settings-file.ts';
import { orderPorts, printOrder } from '../print-order.ts';
import { confirmRun } from './run/questions.ts';
import { openEnvironment } from './run/open-environment.ts';
import { runInEnvironment } from './run/run-in-environment.ts';
import type { RunFlags } from './run/run-flags.ts';

export type RollbackFlags = Pick<
  RunFlags,
  'yes' | 'progress' | 'state' | 'waitLockMs' | 'start' | 'allowOverlap' | 'color'
> & {
  readonly name: string;
  /** `null`: the scope on record, or otherwise all devices that were reached. */
  readonly only: RollbackScope | null;
  readonly reason: string | null;
};

export async function runRollback(flags: RollbackFlags, io: Io): Promise<ExitCode> {
  const { state, progress, color } = flags;
  const read = await loadSettingsOrReport(
    { planPath: null, allowOutside: false, state, progress, uses: { record: true, api: true } },
    io,
    color,
  );
  if (read === null) return EXIT.refused;
  const located = locateStateOrReport(read, { name: parseRolloutName(flags.name), folders: [io.cwd] }, io);
  if (typeof located === 'number') return located;
  const settings = { ...read, state: located };
  const opened = await openStore(settings.state, io.clock);
  if (opened.kind === 'problem') return fail(io, EXIT.environment, opened.message);
  showRecord(opened.value.location, settings.stateFrom, io);
  try {
    return await rollBackIn({ flags, settings, store: opened.value }, io);
  } finally {
    await opened.value.close();
  }
}

type Place = { readonly flags: RollbackFlags; readonly settings: Settings; readonly store: JournalStore };

async function rollBackIn(place: Place, io: Io): Promise<ExitCode> {
  const { flags, store, settings } = place;
  const found = await findRollout(flags.name, store, io);
  if (typeof found === 'number') return found;
  const { state, name } = found;
  if (state.simulated)
    return fail(io, EXIT.refused, `${name} was simulated, so there is nothing to roll back`);
  const only = flags.only ?? state.rollback?.only ?? 'reached';
  const order: Order = { ...signOrder(flags.reason, io), kind: 'rollback', only };
  const decided = decide(state, order);
  if (typeof decided === 'string')
    return fail(io, isAnyInDoubt(state) ? EXIT['in-doubt'] : EXIT.refused, `${name}: ${decided}`);
  const plan = await reviewRollback(decided, place, io);
  if (typeof plan === 'number') return plan;
  const runFlags: RunFlags = {
    ...flags,
    path: '',
    simulate: null,
    speed: 1,
    maxWaitMs: null,
    again: false,
    allowOutside: false,
    continueOnly: false,
  };
  const startBar = findStartBar({
    name: plan.name,
    env: io.env,
    state: { value: settings.state, from: settings.stateFrom },
    findSettingsAbove: () => findSettingsAbove(io.cwd),
    folders: [io.cwd],
    start: flags.start,
    continueOnly: false,
    isSimulated: false,
  });
  // Before anything is recorded in the rollout's record.
  if (state.rollback === null && startBar !== null) {
    const told = { name: plan.name, location: store.location, commands: commandsFor(plan, place) };
    const why = describeStartBar(startBar, told);
    return fail(io, EXIT.refused, `${why}\nFor more about this: ${composeExplain(startBar.kind)}`);
  }
  const opened = await openEnvironment({ plan, settings, flags: runFlags }, io);
  if (opened.kind === 'failed') return fail(io, opened.exit, opened.message ?? '');
  const { environment } = opened;
  try {
    if (state.rollback === null) {
      const origin = settings.apiUrl ?? hostOf(plan.region);
      const digest = digestPlan(plan);
      const entry = { kind: 'start' } as const;
      const asked = { plan, digest, entry, flags: runFlags, planPath: null, origin, waitMs: null };
      const refused = (await confirmRun(asked, io)) ?? (await giveOrReport({ found, order, place }, io));
      if (refused !== null) return refused;
    }
    const { again } = await turnOfRollback(plan, store);
    const agreed = { ...runFlags, again, yes: runFlags.yes || state.rollback === null };
    return await runInEnvironment(
      {
        plan,
        settings,
        flags: agreed,
        planPath: null,
        recordedPath: null,
        planFile: null,
        isByRecord: false,
        folder: io.cwd,
        environment,
        store,
        startBar,
        waitingSince: 0,
      },
      io,
    );
  } finally {
    await environment.close();
  }
}

/** Resolves to the plan of the rollback, checked against the plan file if the record is not trusted; or to the exit code. */
async function reviewRollback(
  decided: RolloutState,
  { flags, settings, store }: Place,
  io: Io,
): Promise<RolloutPlan | ExitCode> {
  const plan = present(planRollback(decided), 'the plan of a rollback that was decided');
  if (isRecordTrusted(settings.state, io)) return plan;
  const reviewed = await readReviewed(
    {
      state: decided,
      located: locateRecorded(decided, store.location, io),
      isNeeded: true,
      wayOn: 'Run the rollback from the root of the repository that holds its plan.',
      flags: { ...flags, allowOutside: false },
    },
    io,
  );
  if (typeof reviewed === 'number') return reviewed;
  const byFile = planRollbackBy(decided, reviewed);
  const changes =
    byFile === null
      ? comparePlans(decided.plan, { ...reviewed, waves: decided.plan.waves })
      : comparePlans(plan, byFile);
  if (changes.length === 0) return plan;
  return fail(
    io,
    EXIT.refused,
    `the record and the plan file differ on the rollback of ${decided.plan.name}; nothing was done.\n${renderChanges(changes)}\nRestore the plan file of the last run, or restore the record.\nFor more about this: ${composeExplain('not-as-recorded')}`,
  );
}

function commandsFor({ name, rollbackOf }: RolloutPlan, { flags, store }: Place): Commands {
  return composeCommands({
    name,
    rollbackOf: rollbackOf?.name ?? null,
    planPath: null,
    simulate: null,
    state: flags.state === null ? null : store.location,
  });
}

/** The state after the rollback is decided, or why it cannot be. */
function decide(state: RolloutState, order: Order): RolloutState | string {
  const obedience = decideOrder(state, order);
  switch (obedience.kind) {
    case 'obey':
      return apply(state, { seq: state.seq + 1, at: state.updatedAt, ...obedience.event });
    case 'already':
      return state;
    case 'refuse':
      return obedience.message;
  }
}

type Giving = { readonly found: FoundRollout; readonly order: Order; readonly place: Place };

/** Resolves to `null` after the order is on record. */
async function giveOrReport({ found, order, place }: Giving, io: Io): Promise<ExitCode | null> {
  const { store, flags } = place;
  const { name } = found;
  const given = await placeOrder(name, order, orderPorts(store, io));
  const isObeyed = given.kind === 'taken-up' && given.event.type === 'rollback-started';
  const exit = printOrder({ ...given, name }, flags.state === null ? null : store.location, io);
  return isObeyed ? null : exit;
}
