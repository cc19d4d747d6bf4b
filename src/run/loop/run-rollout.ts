/**
 * The loop between the mind (`rollout/decide.ts`) and the world: asks what is next, does it, until the rollout has
 * ended or the run must stop.
 *
 * 1. Whatever is decided is on record before it is acted upon.
 * 2. A run that stops starts nothing more, but waits for the answers to what it has sent.
 * 3. Nothing here remembers what the journal does not: a run that goes on starts from the same state.
 * 4. Orders from outside are looked for all the while, and reach the journal by the same recorder.
 */
import pLimit from 'p-limit';
import { assert, present } from '../../base/assert.ts';
import { decide, inFlightDeployments } from '../../rollout/decide.ts';
import type { Decision } from '../../rollout/decide.ts';
import { inFlightOf } from '../../rollout/device-status.ts';
import { decideLostHooks } from '../../rollout/hooks.ts';
import { decideOnResuming } from '../../rollout/in-doubt.ts';
import type { DeploymentState, RolloutState } from '../../rollout/state.ts';
import { notifyOfEnd, runGate, runHook } from './commands.ts';
import { createApiClock } from './api-clock.ts';
import { createCallBudget } from './call-budget.ts';
import { followDeployment } from './follow-deployment.ts';
import { createOutage, FIRST_CONTACT_MS } from './outage.ts';
import { createPollPacing } from './poll-pacing.ts';
import { postDeployment, stopInDoubt } from './post-deployment.ts';
import { createRecorder } from './recorder.ts';
import { createRunControl } from './run-control.ts';
import type { StopCause, RunSettings } from './run-control.ts';
import type { RunContext, RunPorts } from './run-context.ts';
import { createWaitLimit, recheck, waitFor, waitForApproval } from './wait.ts';
import { processOrders, watchOrders } from './watch-orders.ts';
import { probe } from './probe.ts';

export type RunResult = {
  readonly state: RolloutState;
  readonly cause: StopCause;
  /** What happened and is not on record, a sentence each: told to the user, or lost. */
  readonly unrecorded: readonly string[];
};

/**
 * `state` is what the journal tells; `stop` aborts when the operator wants the run to end, or with the reason `unwatched`
 * when nobody is left to see it. Never rejects but for a bug.
 */
export async function runRollout(
  state: RolloutState,
  ports: RunPorts & { readonly stop: AbortSignal },
  settings: RunSettings,
): Promise<RunResult> {
  const run = createRun(state, ports, settings);
  const interrupt = () => {
    stopInterrupted(run, ports.stop.reason === 'unwatched' ? UNWATCHED : 'stopped by a signal');
  };
  ports.stop.addEventListener('abort', interrupt, { once: true });
  if (ports.stop.aborted) interrupt();
  await start(run);
  await bringForward(run);
  await notifyOfEnd(run, ports.stop);
  const cause = causeOf(run);
  if (cause.isRecorded) {
    await run.recorder.record({ type: 'runner-stopped', why: cause.why, message: cause.message });
  }
  ports.stop.removeEventListener('abort', interrupt);
  const latest = causeOf(run);
  // Why the last event is not on record: the run had ended by then as it had.
  const late = latest === cause ? [] : [latest.message];
  return { state: run.recorder.state(), cause, unrecorded: [...run.recorder.unrecorded(), ...late] };
}

function causeOf({ control }: RunContext): StopCause {
  return present(control.cause(), 'the reason why the run ended');
}

/** Until there is a cause to stop. A bug in either of the two ends the other. */
async function bringForward(run: RunContext): Promise<void> {
  const { control, recorder, clock } = run;
  const stopAtBug = (error: unknown) => {
    control.stop({ why: 'environment', origin: 'record', message: String(error), isRecorded: false });
    throw error;
  };
  const advance = async () => {
    let isWatched = false;
    while (control.cause() === null) {
      const decision = decide(recorder.state(), clock.times());
      const unwatched: readonly DeploymentState[] = isWatched ? [] : givenUpBy(decision, recorder.state());
      await (unwatched.length > 0 ? watch(unwatched, run) : perform(decision, run));
      isWatched ||= unwatched.length > 0 || decision.kind === 'deploy' || decision.kind === 'watch';
    }
  };
  await Promise.all([watchOrders(run).catch(stopAtBug), advance().catch(stopAtBug)]);
}

function createRun(state: RolloutState, ports: RunPorts, settings: RunSettings): RunContext {
  const { api, observer, journal } = ports;
  const clock = createApiClock(ports.clock, api);
  const control = createRunControl(clock);
  const recorder = createRecorder(state, { journal, clock, observer, control });
  const hasPosted = () =>
    [...recorder.state().deployments.values()].some(({ call }) => call.kind === 'accepted');
  const patienceMs = () =>
    hasPosted() ? settings.apiOutageMs : Math.min(FIRST_CONTACT_MS, settings.apiOutageMs);
  const { maxWaitMs, waitingSince: since = clock.steady() } = settings;
  const waitUntil = createWaitLimit({ maxWaitMs, since }, { clock, api });
  // Devices in flight are followed for as long as it takes.
  const boundUntil = () => (inFlightDeployments(recorder.state()).length > 0 ? null : waitUntil());
  const outage = createOutage({ clock, observer, control, patienceMs, boundUntil });
  const calls = createCallBudget({ ...ports, clock, control, outage, boundUntil, refusedUntil: waitUntil });
  let rounds = 0;
  return {
    ...ports,
    clock,
    settings,
    control,
    recorder,
    outage,
    calls,
    pacing: createPollPacing({ calls, clock, recorder, settings }),
    waitUntil,
    timeAsked: { isAsked: false, inVainAt: null },
    isFirstRound: () => rounds++ === 0,
  };
}

/** What was left to be told to the next run comes before anything is decided. */
async function start(run: RunContext): Promise<void> {
  const { recorder, settings } = run;
  const { runner, version, planFile = null } = settings;
  const isElsewhere = planFile !== null && planFile !== recorder.state().planFile;
  await recorder.record({ type: 'runner-started', runner, version, ...(isElsewhere ? { planFile } : {}) });
  const left = [
    ...decideOnResuming(recorder.state(), run.journal.gone),
    ...decideLostHooks(recorder.state()),
  ];
  for (const event of left) await recorder.record(event);
  if (run.control.cause() === null) await processOrders(run);
}

async function perform(decision: Decision, run: RunContext): Promise<void> {
  const { control, recorder } = run;
  switch (decision.kind) {
    case 'record':
      // An order may have been taken up since: what is certain now is decided as it is written.
      await recorder.recordWhat((state) => {
        const latest = decide(state, run.clock.times());
        return latest.kind === 'record' ? latest.event : null;
      });
      return;
    case 'deploy': {
      const before = recorder.state().seq;
      if (decision.post.length > 0 && run.isFirstRound() && !(await probe(run))) return;
      await deployWave(decision, run);
      assert(
        recorder.state().seq > before || control.cause() !== null || decision.until !== null,
        'a round of a wave moves the rollout on',
      );
      return;
    }
    case 'watch':
      await Promise.all([
        watch(decision.follow, run),
        decision.hook === null ? undefined : runHook(decision.hook, run),
      ]);
      return;
    case 'hook':
      await runHook(decision.planned, run);
      return;
    case 'gate':
      await runGate(decision.planned, run);
      return;
    case 'wait':
      // An end that the API sets is waited for by its clock, which an answer must have told.
      if (decision.why === 'signature' && run.isFirstRound()) {
        await probe(run);
        return;
      }
      await waitFor(decision, run);
      return;
    case 'approval':
      await waitForApproval(decision, run);
      return;
    case 'look-again':
      await recheck(decision, run);
      return;
    case 'paused':
      stopPaused(run);
      return;
    case 'in-doubt':
      stopInDoubt(run);
      return;
    case 'end':
      stopEnded(run);
  }
}

/** What would be given up unseen after a halt: a run asks once more, at least, because it may have ended by now. */
function givenUpBy(decision: Decision, state: RolloutState): readonly DeploymentState[] {
  const isEnd = decision.kind === 'record' && decision.event.type === 'grace-ended';
  return isEnd ? inFlightDeployments(state) : [];
}

async function watch(follow: readonly DeploymentState[], run: RunContext): Promise<void> {
  await Promise.all(follow.map(({ key }) => followDeployment(key, run)));
}

/** Deployments in flight and those to come share the wave's `batch.parallel` places; the ones in flight come first. */
async function deployWave(
  { wave, post, follow, until }: Extract<Decision, { readonly kind: 'deploy' }>,
  run: RunContext,
): Promise<void> {
  const place = pLimit(wave.wave.batch.parallel);
  await Promise.all([
    ...follow.map(({ key }) => place(() => followDeployment(key, run, until))),
    ...post.map((planned) =>
      place(async () => {
        if (await postDeployment(planned, run)) await followDeployment(planned.key, run, until);
      }),
    ),
  ]);
}

const UNWATCHED = 'its output was lost: the terminal was closed, or the output could not be written';

function stopInterrupted({ control, recorder, observer }: RunContext, message: string): void {
  const devices = inFlightDeployments(recorder.state()).reduce(
    (sum, { tally }) => sum + inFlightOf(tally),
    0,
  );
  observer.notice({ kind: 'stopping', inFlight: devices });
  control.stop({ why: 'interrupted', message, isRecorded: true });
}

function stopPaused({ control, recorder }: RunContext): void {
  const { pause } = recorder.state();
  const by = pause === null || pause.by === null ? '' : ` by ${pause.by}`;
  control.stop({ why: 'paused', message: `paused${by}`, isRecorded: true });
}

function stopEnded({ control, recorder }: RunContext): void {
  const isCompleted = recorder.state().phase.kind === 'completed';
  control.stop(
    isCompleted
      ? { why: 'completed', message: 'the rollout is complete', isRecorded: true }
      : { why: 'halted', message: 'the rollout is halted', isRecorded: true },
  );
}
