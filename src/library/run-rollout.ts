/** Runs a rollout for a program, with the engine, the record and the locks of the command line. */
import { steadyTime, systemClock } from '../base/clock.ts';
import { executeRun } from '../run/session/execute-run.ts';
import type { RunHost } from '../run/session/execute-run.ts';
import { openClient } from '../host/open-client.ts';
import { describePlanFile } from '../host/plan-file.ts';
import { openStore } from '../host/open-store.ts';
import { runWithRollback } from '../run/session/run-with-rollback.ts';
import type { RunAttempt } from '../run/session/run-with-rollback.ts';
import { openSimulatedEnvironment, realEnvironment } from '../host/environment.ts';
import type { Environment } from '../host/environment.ts';
import type { JournalStore } from '../store/journal.ts';
import { composeCommands } from '../views/wording/commands.ts';
import { createApiClock } from '../run/loop/api-clock.ts';
import { checkRun } from './check-run.ts';
import type { CheckedRun } from './check-run.ts';
import { ListenerError } from './errors.ts';
import { createApprover } from './give-approvals.ts';
import type { Approver } from './give-approvals.ts';
import type { RunOptions } from './run-options.ts';
import { summarise, withRollback } from './run-summary.ts';
import type { RunSummary, SummaryContext } from './run-summary.ts';
import { createEventNotifier } from './notify-events.ts';
import type { EventNotifier } from './notify-events.ts';

/**
 * Starts or continues the rollout of a plan, like `breakwater run`. It uses the same engine, record, locks and refusals, so that
 * the command and the library can continue each other's rollouts. Each deployment is sent at most once. If the plan has an
 * automatic rollback, a halt starts it.
 *
 * Resolves however the rollout ends: a halt, an unreachable API and an unreadable record are outcomes.
 *
 * @returns How the run ended, and the status of every device.
 * @throws {@link OptionError} if an option is missing or not valid. Nothing was done.
 * @throws {@link ScenarioError} if the simulator's scenario has errors. Nothing was done.
 * @throws {@link ListenerError} if `onEvent` threw an error. The rollout continued without it.
 */
export async function runRollout(options: RunOptions): Promise<RunSummary> {
  const run = checkRun(options);
  const telling = createEventNotifier(options.onEvent ?? (() => undefined));
  const signal = followSignal(options.signal);
  const environment = await openEnvironment(run);
  try {
    const summary = await runInEnvironment(run, { environment, telling, stop: signal.stop });
    const fault = telling.fault();
    if (fault !== null) throw new ListenerError(fault.thrown, summary);
    return summary;
  } finally {
    await environment.close();
    signal.close();
  }
}

async function openEnvironment({ plan, on, env }: CheckedRun): Promise<Environment> {
  const clock = systemClock;
  switch (on.kind) {
    case 'api':
      return realEnvironment(await openClient({ ...on, env, clock }), clock);
    case 'simulator':
      return openSimulatedEnvironment(plan, { ...on, clock });
  }
}

type Surroundings = {
  readonly environment: Environment;
  readonly telling: EventNotifier;
  readonly stop: AbortSignal;
};

async function runInEnvironment(run: CheckedRun, surroundings: Surroundings): Promise<RunSummary> {
  const opened = await openStore(run.state, systemClock);
  if (opened.kind === 'problem')
    return summarise(opened, contextOf(run.plan, run, { ...surroundings, location: '' }));
  const store = opened.value;
  try {
    const { rollout, rollback } = await runWithRollback({ ...run, ...surroundings, store }, (attempt) =>
      runAttempt(attempt, run, { ...surroundings, store }),
    );
    return withRollback(rollout, rollback);
  } finally {
    await store.close();
  }
}

type Running = Surroundings & { readonly store: JournalStore };

async function runAttempt(
  { plan, again, isRollback }: RunAttempt,
  run: CheckedRun,
  running: Running,
): Promise<RunSummary> {
  const { environment, store } = running;
  const { path, folder } = run.origin;
  const planFile = isRollback ? null : describePlanFile(path, { cwd: process.cwd(), env: run.env });
  const startBar = isRollback ? null : run.startBar;
  const request = {
    ...run,
    plan,
    planFile,
    again,
    startBar,
    environment,
    store,
    folder,
    clock: systemClock,
    waitingSince: steadyTime(environment.clock),
    asksForApproval: false,
  };
  const end = await executeRun(request, hostOf(run, running));
  return summarise(end, contextOf(plan, run, { ...running, location: store.location }));
}

function hostOf(run: CheckedRun, { environment, store, telling, stop }: Running): RunHost {
  const approver = openApprover(run, store);
  return {
    stop,
    onHeld: () => undefined,
    goesOn: approver.goesOn,
    open: () => {
      const view = telling.open(createApiClock(environment.clock, environment.api));
      return Promise.resolve({
        event(event, state) {
          view.event(event, state);
          approver.observer.event(event, state);
        },
        notice(notice) {
          view.notice(notice);
          approver.observer.notice(notice);
        },
        close: approver.settled,
      });
    },
  };
}

function openApprover({ on, approvals, env, startedBy }: CheckedRun, store: JournalStore): Approver {
  return createApprover({
    reasonOf(wave) {
      if (on.kind === 'simulator') return 'simulated: nobody is asked';
      const approval = approvals.find((one) => one.wave === wave);
      return approval === undefined ? undefined : (approval.reason ?? null);
    },
    store,
    giver: { env, startedBy, clock: systemClock },
  });
}

type Whereabouts = { readonly environment: Environment; readonly location: string };

function contextOf(
  plan: CheckedRun['plan'],
  { origin, on }: CheckedRun,
  { environment, location }: Whereabouts,
): SummaryContext {
  return {
    name: plan.name,
    location,
    now: systemClock.now(),
    rolloutNow: environment.clock.now(),
    commands: composeCommands({
      name: plan.name,
      rollbackOf: plan.rollbackOf?.name ?? null,
      planPath: origin.path,
      state: location,
      simulate: on.kind === 'simulator' ? (on.scenarioPath ?? true) : null,
    }),
  };
}

/** A private signal that aborts with the caller's signal, whatever its reason, and can be detached. */
function followSignal(signal: AbortSignal | undefined): {
  readonly stop: AbortSignal;
  readonly close: () => void;
} {
  const controller = new AbortController();
  const abort = () => {
    controller.abort();
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    stop: controller.signal,
    close() {
      signal?.removeEventListener('abort', abort);
    },
  };
}
