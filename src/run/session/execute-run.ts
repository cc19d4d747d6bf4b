/**
 * One plan, brought forward: what is on record is looked at, the rollout is taken hold of and run until it must stop. What
 * is shown, and who is asked, is the business of whoever hosts the run: the command line, or a program.
 */
import { steadyTime } from '../../base/clock.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { Journal, JournalProblem, SharedCalls, JournalStore, OpenOutcome } from '../../store/journal.ts';
import { fold } from '../../rollout/apply.ts';
import { decideStart } from '../../rollout/entry.ts';
import type { StartMode, Refusal, Wanted } from '../../rollout/entry.ts';
import type { LockOwner, RunnerIdentity } from '../../rollout/event.ts';
import type { Observer } from '../loop/observer.ts';
import { runRollout } from '../loop/run-rollout.ts';
import type { RunResult } from '../loop/run-rollout.ts';
import { describeGone, enterRollout, isBarred } from './enter-rollout.ts';
import type { Entered } from './enter-rollout.ts';
import type { RunEnd } from './run-result.ts';
import type { StartBar } from './start-bar.ts';
import { identifyRunner } from './runner-identity.ts';
import type { RunRequest } from './run-request.ts';
import { VERSION } from '../../host/version.ts';
import type { CommandRunner } from '../loop/command-runner.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';
import type { Clock } from '../../base/clock.ts';
import type { RolloutName } from '../../plan/identifiers.ts';

/** Whoever hosts a run, as far as it needs them. */
export type RunHost = {
  /** Aborts when the run is to end. */
  readonly stop: AbortSignal;
  /** Told once, where another runner is waited for. */
  readonly onHeld: (holder: LockOwner | null) => void;
  /** Told of everything from here on; closed where the run stops. May be opened anew, once an approval was given. */
  readonly open: () => Promise<RunObserver>;
  /** Asked where the run has stopped. Resolves to whether something was left for it that it goes on with. */
  readonly goesOn: (result: RunResult) => Promise<boolean>;
};

export type RunObserver = Observer & { readonly close: () => Promise<void> };

export type DryRun =
  /** A refusal only where an order waits: that may change everything, and nothing is refused before it was taken up. */
  | {
      readonly kind: 'may-run';
      readonly entry: StartMode;
      /** When the rollout was started that is on record; `null` where there is none. */
      readonly startedAt: number | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-started'; readonly bar: StartBar }
  | JournalProblem;

/** What a run would do with what is on record. Writes nothing. */
export async function dryRun(request: RunRequest): Promise<DryRun> {
  const { plan, store, startBar } = request;
  const recorded = await store.read(plan.name);
  if (recorded.kind === 'problem') return recorded;
  const state = fold(recorded.value?.events ?? []);
  if (state === null && request.isByRecord === true) return describeGone(plan.name, store);
  const entry = decideStart(state, wantedOf(request));
  if (isBarred(entry, startBar)) return { kind: 'not-started', bar: startBar };
  const isOrdered = (recorded.value?.orders.length ?? 0) > 0;
  return isRefusal(entry) && !isOrdered
    ? { kind: 'refused', refusal: entry }
    : { kind: 'may-run', entry, startedAt: state?.startedAt ?? null };
}

function isRefusal(entry: StartMode): entry is Refusal {
  return entry.kind !== 'start' && entry.kind !== 'start-over' && entry.kind !== 'go-on';
}

function wantedOf(request: RunRequest): Wanted {
  const { plan, planFile, environment, again, isByRecord = false, isRecordTrusted = true } = request;
  const digest = digestPlan(plan);
  return { plan, digest, planFile, simulated: environment.isSimulated, again, isByRecord, isRecordTrusted };
}

/**
 * Takes the lock, looks again at what is on record, and runs. `look` is what somebody has agreed to; without it, whoever
 * asks agrees to whatever is on record now. Rejects for a bug only.
 */
export async function executeRun(
  request: RunRequest,
  host: RunHost,
  look: DryRun | null = null,
): Promise<RunEnd> {
  const seen = look ?? (await dryRun(request));
  if (seen.kind !== 'may-run') return seen;
  const { store, plan, clock, allowOverlap, startBar, environment } = request;
  const { agreedOpen = NOTHING_AGREED } = request;
  const { stop, onHeld: onWait } = host;
  const runner = identifyRunner(request);
  const opened = await acquireLock({
    store,
    name: plan.name,
    runner,
    clock,
    waitMs: lockWaitOf(request),
    stop,
    onWait,
  });
  if (opened.kind === 'problem') return opened;
  if (opened.kind === 'held') return { ...opened, isStopped: stop.aborted };
  const journal = opened.value;
  try {
    const wanted = wantedOf(request);
    const entered = await enterRollout({
      store,
      journal,
      wanted,
      seenStartedAt: seen.startedAt,
      allowOverlap,
      agreedOpen,
      startBar,
      clock: environment.clock,
    });
    return entered.kind === 'entered'
      ? await execute(entered, { ...request, journal, runner }, host)
      : entered;
  } finally {
    await journal.close();
  }
}

/** Waiting for the lock is part of what the run may wait for in all. */
function lockWaitOf({ waitLockMs, maxWaitMs, waitingSince, environment }: RunRequest): number {
  if (maxWaitMs === null) return waitLockMs;
  return Math.max(0, Math.min(waitLockMs, maxWaitMs - (steadyTime(environment.clock) - waitingSince)));
}

const NOTHING_AGREED: ReadonlySet<string> = new Set();

type Execution = RunRequest & { readonly journal: Journal; readonly runner: RunnerIdentity };

type On = Pick<Extract<Entered, { readonly kind: 'entered' }>, 'state' | 'told'>;

/** Runs until it must stop; if an order has come by then, it continues. */
async function execute(entered: On, execution: Execution, host: RunHost): Promise<RunEnd> {
  const { journal, environment } = execution;
  const shared =
    environment.budgetKey === null ? null : ((await journal.sharedCalls?.(environment.budgetKey)) ?? null);
  if (shared?.kind === 'problem') return shared;
  for (let { state, told } = entered; ; told = []) {
    const observer = await host.open();
    const result = await runOnce({ state, told, shared: shared?.value ?? null, observer }, execution, host);
    if (!(await host.goesOn(result))) return { kind: 'ran', result };
    ({ state } = result);
  }
}

type Once = On & { readonly shared: SharedCalls | null; readonly observer: RunObserver };

async function runOnce(
  { state, told, shared, observer }: Once,
  execution: Execution,
  { stop }: RunHost,
): Promise<RunResult> {
  const { environment, polling, apiOutageMs, maxWaitMs, waitingSince, asksForApproval, runner, planFile } =
    execution;
  const { api, clock } = environment;
  const journal: Journal = {
    ...execution.journal,
    append: (events) => environment.hold(() => execution.journal.append(events)),
    verifyHold: () => environment.hold(() => execution.journal.verifyHold()),
  };
  try {
    // What has begun keeps the gates on record.
    const commands = await openCommands({ ...execution, plan: state.plan });
    observer.notice({ kind: 'going-on', state });
    if (journal.tornBytes > 0) observer.notice({ kind: 'journal-cut', bytes: journal.tornBytes });
    for (const { event, state: after } of told) {
      // Told by the notice.
      if (event.type !== 'rollout-started') observer.event(event, after);
    }
    return await runRollout(
      state,
      { api, journal, clock, observer, shared, commands, stop },
      {
        ...polling,
        apiOutageMs,
        maxWaitMs,
        waitingSince,
        asksForApproval,
        runner,
        version: VERSION,
        planFile,
      },
    );
  } finally {
    await observer.close();
  }
}

/** Loaded only for a plan that has any. On a simulator none is run: it could touch something real. */
async function openCommands({ plan, environment, folder, env }: RunRequest): Promise<CommandRunner> {
  const { hooks, waves } = plan;
  const hasAny = hooks !== undefined || waves.some(({ gates }) => gates !== undefined);
  if (!hasAny || environment.isSimulated) return () => Promise.resolve(SKIPPED);
  const { createCommandRunner } = await import('../../host/run-command.ts');
  return createCommandRunner({ folder, env, mask: environment.mask });
}

const SKIPPED: CommandResult = { outcome: 'skipped', detail: 'simulated', output: '', tookMs: 0 };

/** How often a lock that is held is tried again. */
const TRY_EVERY_MS = 500;

type LockRequest = {
  readonly store: JournalStore;
  readonly name: RolloutName;
  readonly runner: RunnerIdentity;
  /** Real time: another runner's does not pass faster because ours does. */
  readonly clock: Clock;
  readonly waitMs: number;
  /** Aborts when the user does not want to wait any more. */
  readonly stop: AbortSignal;
  /** Told once, when waiting begins. */
  readonly onWait: (holder: LockOwner | null) => void;
};

/** Waits for another runner as long as the user wants to. */
async function acquireLock(request: LockRequest): Promise<OpenOutcome> {
  const { store, name, runner, clock, waitMs, stop, onWait } = request;
  const until = steadyTime(clock) + waitMs;
  let isTold = false;
  for (;;) {
    const opened = await store.open(name, runner);
    if (opened.kind !== 'held' || steadyTime(clock) >= until || stop.aborted) return opened;
    if (!isTold) onWait(opened.holder);
    isTold = true;
    const leftMs = until - steadyTime(clock);
    await clock.sleepUntil(clock.now() + Math.min(leftMs, TRY_EVERY_MS), stop);
  }
}
