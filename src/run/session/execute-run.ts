/**
 * One plan, brought forward: what is on record is looked at, the rollout is taken hold of and run until it must stop. What
 * is shown, and who is asked, is the business of whoever hosts the run: the command line, or a program.
 */
import { steadyTime } from '../../base/clock.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { Holder, Journal, JournalProblem, SharedCalls } from '../../store/journal.ts';
import { fold } from '../../rollout/apply.ts';
import { decideEntry } from '../../rollout/entry.ts';
import type { Entry, Refusal, Wanted } from '../../rollout/entry.ts';
import type { CommandResult, RunnerIdentity } from '../../rollout/event.ts';
import type { CommandRunner } from '../loop/commands.ts';
import type { Observer } from '../loop/observer.ts';
import { runRollout } from '../loop/run-rollout.ts';
import type { RunResult } from '../loop/run-rollout.ts';
import { describeGone, enterRollout, isBarred } from './enter-rollout.ts';
import type { Entered } from './enter-rollout.ts';
import type { RunEnd } from './run-result.ts';
import type { StartBar } from './start-bar.ts';
import { identifyRunner } from './runner-identity.ts';
import { takeHold } from './acquire-lock.ts';
import type { Undertaking } from './run-request.ts';
import { VERSION } from '../../host/version.ts';

/** Whoever hosts a run, as far as it needs them. */
export type Audience = {
  /** Aborts when the run is to end. */
  readonly stop: AbortSignal;
  /** Told once, where another runner is waited for. */
  readonly onHeld: (holder: Holder | null) => void;
  /** Told of everything from here on; closed where the run stops. May be opened anew, once an approval was given. */
  readonly open: () => Promise<Watcher>;
  /** Asked where the run has stopped. Resolves to whether something was left for it that it goes on with. */
  readonly goesOn: (result: RunResult) => Promise<boolean>;
};

export type Watcher = Observer & { readonly close: () => Promise<void> };

export type Look =
  /** A refusal only where an order waits: that may change everything, and nothing is refused before it was taken up. */
  | {
      readonly kind: 'may-run';
      readonly entry: Entry;
      /** When the rollout was started that is on record; `null` where there is none. */
      readonly startedAt: number | null;
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'not-started'; readonly bar: StartBar }
  | JournalProblem;

/** What a run would do with what is on record. Writes nothing. */
export async function lookAtRecord(undertaking: Undertaking): Promise<Look> {
  const { plan, store, startBar } = undertaking;
  const recorded = await store.read(plan.name);
  if (recorded.kind === 'problem') return recorded;
  const state = fold(recorded.value?.events ?? []);
  if (state === null && undertaking.isByRecord === true) return describeGone(plan.name, store);
  const entry = decideEntry(state, wantedOf(undertaking));
  if (isBarred(entry, startBar)) return { kind: 'not-started', bar: startBar };
  const isOrdered = (recorded.value?.orders.length ?? 0) > 0;
  return isRefusal(entry) && !isOrdered
    ? { kind: 'refused', refusal: entry }
    : { kind: 'may-run', entry, startedAt: state?.startedAt ?? null };
}

function isRefusal(entry: Entry): entry is Refusal {
  return entry.kind !== 'start' && entry.kind !== 'start-over' && entry.kind !== 'go-on';
}

function wantedOf(undertaking: Undertaking): Wanted {
  const { plan, planFile, world, again, isByRecord = false, isRecordTrusted = true } = undertaking;
  const digest = digestPlan(plan);
  return { plan, digest, planFile, simulated: world.isSimulated, again, isByRecord, isRecordTrusted };
}

/**
 * Takes the lock, looks again at what is on record, and runs. `look` is what somebody has agreed to; without it, whoever
 * asks agrees to whatever is on record now. Rejects for a bug only.
 */
export async function bringForward(
  undertaking: Undertaking,
  audience: Audience,
  look: Look | null = null,
): Promise<RunEnd> {
  const seen = look ?? (await lookAtRecord(undertaking));
  if (seen.kind !== 'may-run') return seen;
  const { store, plan, clock, allowOverlap, startBar, world } = undertaking;
  const { agreedOpen = NOTHING_AGREED } = undertaking;
  const { stop, onHeld: onWait } = audience;
  const runner = identifyRunner(undertaking);
  const opened = await takeHold({
    ...{ store, name: plan.name, runner, clock, waitMs: lockWaitOf(undertaking), stop, onWait },
  });
  if (opened.kind === 'problem') return opened;
  if (opened.kind === 'held') return { ...opened, isStopped: stop.aborted };
  const journal = opened.value;
  try {
    const wanted = wantedOf(undertaking);
    const entered = await enterRollout({
      ...{ store, journal, wanted, seenStartedAt: seen.startedAt, allowOverlap, agreedOpen, startBar },
      clock: world.clock,
    });
    return entered.kind === 'entered'
      ? await carryOut(entered, { ...undertaking, journal, runner }, audience)
      : entered;
  } finally {
    await journal.close();
  }
}

/** Waiting for the lock is part of what the run may wait for in all. */
function lockWaitOf({ waitLockMs, maxWaitMs, waitingSince, world }: Undertaking): number {
  if (maxWaitMs === null) return waitLockMs;
  return Math.max(0, Math.min(waitLockMs, maxWaitMs - (steadyTime(world.clock) - waitingSince)));
}

const NOTHING_AGREED: ReadonlySet<string> = new Set();

type Carrying = Undertaking & { readonly journal: Journal; readonly runner: RunnerIdentity };

type On = Pick<Extract<Entered, { readonly kind: 'entered' }>, 'state' | 'told'>;

/** Runs until it must stop; where something is left for it by then, it goes on. */
async function carryOut(entered: On, carrying: Carrying, audience: Audience): Promise<RunEnd> {
  const { journal, world } = carrying;
  const shared = world.budgetKey === null ? null : ((await journal.sharedCalls?.(world.budgetKey)) ?? null);
  if (shared?.kind === 'problem') return shared;
  for (let { state, told } = entered; ; told = []) {
    const watcher = await audience.open();
    const result = await runOnce({ state, told, shared: shared?.value ?? null, watcher }, carrying, audience);
    if (!(await audience.goesOn(result))) return { kind: 'ran', result };
    ({ state } = result);
  }
}

type Once = On & { readonly shared: SharedCalls | null; readonly watcher: Watcher };

async function runOnce(
  { state, told, shared, watcher }: Once,
  carrying: Carrying,
  { stop }: Audience,
): Promise<RunResult> {
  const { world, polling, apiOutageMs, maxWaitMs, waitingSince, asksForApproval, runner, planFile } =
    carrying;
  const { api, clock } = world;
  const journal: Journal = {
    ...carrying.journal,
    append: (events) => world.hold(() => carrying.journal.append(events)),
    verifyHold: () => world.hold(() => carrying.journal.verifyHold()),
  };
  try {
    // What has begun keeps the gates on record.
    const commands = await openCommands({ ...carrying, plan: state.plan });
    watcher.notice({ kind: 'going-on', state });
    if (journal.tornBytes > 0) watcher.notice({ kind: 'journal-cut', bytes: journal.tornBytes });
    for (const { event, state: after } of told) {
      // Told by the notice.
      if (event.type !== 'rollout-started') watcher.event(event, after);
    }
    return await runRollout(
      state,
      { api, journal, clock, observer: watcher, shared, commands, stop },
      {
        ...{ ...polling, apiOutageMs, maxWaitMs, waitingSince, asksForApproval },
        ...{ runner, version: VERSION, planFile },
      },
    );
  } finally {
    await watcher.close();
  }
}

/** Loaded only for a plan that has any. On a simulator none is run: it could touch something real. */
async function openCommands({ plan, world, folder, env }: Undertaking): Promise<CommandRunner> {
  const { hooks, waves } = plan;
  const hasAny = hooks !== undefined || waves.some(({ gates }) => gates !== undefined);
  if (!hasAny || world.isSimulated) return () => Promise.resolve(SKIPPED);
  const { createCommandRunner } = await import('../../host/run-command.ts');
  return createCommandRunner({ folder, env, mask: world.mask });
}

const SKIPPED: CommandResult = { outcome: 'skipped', detail: 'simulated', output: '', tookMs: 0 };
