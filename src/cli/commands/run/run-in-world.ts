/**
 * One plan, brought forward: what is on record is looked at, the user is asked, the rollout is taken hold of and run, and how
 * it ended is told. Nothing is written before the user has agreed.
 */
import { hostOf } from '../../../allxon/base-url.ts';
import { digestPlan } from '../../../plan/digest.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import type { Journal, JournalProblem, JournalStore, SharedCalls } from '../../../journal/journal.ts';
import { composeCommands } from '../../../report/commands.ts';
import type { Commands } from '../../../report/commands.ts';
import { openProgress } from '../../../progress/open-progress.ts';
import type { Progress } from '../../../progress/progress.ts';
import { decideEntry } from '../../../rollout/entry.ts';
import type { Wanted } from '../../../rollout/entry.ts';
import { fold } from '../../../rollout/apply.ts';
import type { CommandResult, RunnerIdentity } from '../../../rollout/event.ts';
import type { CommandRunner } from '../../../runner/commands.ts';
import { runRollout } from '../../../runner/run-rollout.ts';
import type { RunResult } from '../../../runner/run-rollout.ts';
import type { Settings } from '../../../settings/settings.ts';
import { EXIT } from '../../exit-code.ts';
import type { ExitCode } from '../../exit-code.ts';
import { fail, isColourful } from '../../io.ts';
import type { Io } from '../../io.ts';
import { describeNeighbours } from '../../load-neighbours.ts';
import { identifyRunner } from '../../runner-identity.ts';
import { VERSION } from '../../version.ts';
import { conclude } from './conclude.ts';
import { confirmRun } from './confirm.ts';
import { describeRefusal } from './describe-refusal.ts';
import { enterRollout } from './enter-rollout.ts';
import type { Entered } from './enter-rollout.ts';
import type { World } from './open-world.ts';
import type { RunFlags } from './run-flags.ts';
import { seekApproval } from './seek-approval.ts';
import { listenForStop } from './stop-signals.ts';
import type { StopSignals } from './stop-signals.ts';
import { adviseHeld, describeHolder, takeHold } from './take-hold.ts';

export type Prepared = {
  readonly plan: RolloutPlan;
  readonly settings: Settings;
  readonly flags: RunFlags;
  /** As the user gave it; `null` for a plan that was made from a record. */
  readonly planPath: string | null;
  /** An absolute path: where hooks and gates are run. */
  readonly folder: string;
  readonly world: Extract<World, { readonly kind: 'open' }>;
  readonly store: JournalStore;
};

export async function runInWorld(prepared: Prepared, io: Io): Promise<ExitCode> {
  const { plan, settings, flags, planPath, store } = prepared;
  const { again } = flags;
  const wanted: Wanted = { plan, digest: digestPlan(plan), simulated: flags.simulate !== null, again };
  const recorded = await store.read(plan.name);
  if (recorded.kind === 'problem') return failByJournal(recorded, io);
  const state = fold(recorded.value?.events ?? []);
  // An order that waits may change everything, so nothing is refused before it was taken up.
  const isOrdered = (recorded.value?.orders.length ?? 0) > 0;
  const entry = decideEntry(state, wanted);
  if (!isOrdered && entry.kind !== 'start' && entry.kind !== 'start-over' && entry.kind !== 'go-on') {
    return refuse({ kind: 'refused', refusal: entry }, prepared, io);
  }
  const origin = settings.apiUrl ?? hostOf(plan.region);
  const declined = await confirmRun({ plan, digest: wanted.digest, entry, flags, planPath, origin }, io);
  if (declined !== null) return declined;
  const signals = listenForStop(io);
  try {
    return await holdRollout({ ...prepared, wanted, signals, runner: identifyRunner(io) }, io);
  } finally {
    signals.close();
  }
}

type Holding = Prepared & {
  readonly wanted: Wanted;
  readonly signals: StopSignals;
  readonly runner: RunnerIdentity;
};

/** Takes the lock, looks again at what is on record, and runs. */
async function holdRollout(holding: Holding, io: Io): Promise<ExitCode> {
  const { plan, store, wanted, flags, runner, signals, world } = holding;
  const { name } = plan;
  const opened = await takeHold({
    ...{ store, name, runner, clock: io.clock, waitMs: flags.waitLockMs, stop: signals.stop },
    onWait: (holder) =>
      io.stderr.write(`breakwater: waiting: ${describeHolder(name, holder, io.clock.now())}.\n`),
  });
  if (opened.kind === 'problem') return failByJournal(opened, io);
  if (opened.kind === 'held') {
    const exit = signals.stop.aborted ? EXIT.unfinished : EXIT.held;
    const { holder } = opened;
    const held = describeHolder(name, holder, io.clock.now());
    return fail(io, exit, `${held}.\n${adviseHeld(holder, commandsOf(holding))}`);
  }
  const journal = opened.value;
  try {
    const { clock } = world;
    const entered = await enterRollout({ store, journal, wanted, allowOverlap: flags.allowOverlap, clock });
    return entered.kind === 'entered'
      ? await carryOut(entered, { ...holding, journal }, io)
      : refuse(entered, holding, io);
  } finally {
    await journal.close();
  }
}

type Carrying = Holding & { readonly journal: Journal };

/** Runs until it must stop; where it stops for an approval that is then given, it goes on. */
async function carryOut(
  entered: Extract<Entered, { readonly kind: 'entered' }>,
  carrying: Carrying,
  io: Io,
): Promise<ExitCode> {
  const { journal, world, settings, flags, store } = carrying;
  const { budgetKey } = world;
  const shared = budgetKey === null ? null : ((await journal.sharedCalls?.(budgetKey)) ?? null);
  if (shared?.kind === 'problem') return failByJournal(shared, io);
  const kind = chooseProgress(settings.progress, io);
  const isSimulated = flags.simulate !== null;
  for (let { state, told } = entered; ; told = []) {
    const result = await runOnce({ state, told, kind, shared: shared?.value ?? null }, carrying, io);
    if (!(await seekApproval({ result, store, isSimulated }, io))) {
      const commands = commandsOf(carrying);
      return conclude({ result, kind, color: flags.color, commands, now: world.clock.now() }, io);
    }
    ({ state } = result);
  }
}

/** Loaded only for a plan that has any. On a simulator none is run: it could touch something real. */
async function openCommands({ plan, flags, folder }: Prepared, io: Io): Promise<CommandRunner> {
  const { hooks, waves } = plan;
  const hasAny = hooks !== undefined || waves.some(({ gates }) => gates !== undefined);
  if (!hasAny || flags.simulate !== null) return () => Promise.resolve(SKIPPED);
  const { createCommandRunner } = await import('../../run-command.ts');
  return createCommandRunner({ folder, env: io.env });
}

const SKIPPED: CommandResult = { outcome: 'skipped', detail: 'simulated', output: '', tookMs: 0 };

type Once = Pick<Extract<Entered, { readonly kind: 'entered' }>, 'state' | 'told'> & {
  readonly kind: 'live' | 'plain' | 'json';
  readonly shared: SharedCalls | null;
};

async function runOnce({ state, told, kind, shared }: Once, carrying: Carrying, io: Io): Promise<RunResult> {
  const { journal, world, settings, flags, runner, signals } = carrying;
  const { api, clock } = world;
  const commands = await openCommands(carrying, io);
  const progress: Progress = await openProgress(kind, {
    stream: kind === 'json' ? io.stdout : io.stderr,
    clock,
    colour: isColourful(io, io.stderr, flags.color),
  });
  progress.notice({ kind: 'going-on', state });
  if (journal.tornBytes > 0) progress.notice({ kind: 'journal-cut', bytes: journal.tornBytes });
  for (const { event, state: after } of told) {
    // Told by the notice.
    if (event.type !== 'rollout-started') progress.event(event, after);
  }
  try {
    return await runRollout(
      state,
      { api, journal, clock, observer: progress, shared, commands, stop: signals.stop },
      {
        ...{ ...settings.polling, apiOutageMs: settings.apiOutageMs, maxWaitMs: flags.maxWaitMs },
        ...{ runner, version: VERSION },
      },
    );
  } finally {
    await progress.close();
  }
}

function commandsOf({ plan, flags, planPath, store }: CommandsWanted): Commands {
  const isStateTyped = flags.state !== null || flags.simulate !== null;
  return composeCommands({
    name: plan.name,
    rollbackOf: plan.rollbackOf?.name ?? null,
    planPath,
    state: isStateTyped ? store.location : null,
    simulate: flags.simulate,
  });
}

type CommandsWanted = Pick<Prepared, 'plan' | 'flags' | 'planPath' | 'store'>;

function refuse(
  entered: Exclude<Entered, { readonly kind: 'entered' }>,
  prepared: Prepared,
  io: Io,
): ExitCode {
  const { plan, store } = prepared;
  switch (entered.kind) {
    case 'problem':
      return failByJournal(entered, io);
    case 'neighbours':
      return fail(io, EXIT.wrong, describeNeighbours(plan.name, entered.neighbours));
    case 'refused': {
      const { text, exit } = describeRefusal(entered.refusal, {
        location: store.location,
        commands: commandsOf(prepared),
      });
      return fail(io, exit, text);
    }
  }
}

function failByJournal({ problem, message }: JournalProblem, io: Io): ExitCode {
  return fail(io, problem === 'lost' ? EXIT.held : EXIT.environment, message);
}

function chooseProgress(wanted: Settings['progress'], { stderr }: Io): 'live' | 'plain' | 'json' {
  if (wanted !== 'auto') return wanted;
  return stderr.isTTY ? 'live' : 'plain';
}
