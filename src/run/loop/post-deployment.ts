/**
 * One deployment's POST, bracketed by its intent and its answer on record. A POST that certainly did not happen is
 * taken back on record before it is tried again; one that may have happened is never repeated from here.
 */
import { present } from '../../base/assert.ts';
import { list, printable } from '../../base/text.ts';
import type { ApiFailure, DeploymentRequest, PostOutcome, SignedCall } from '../../backend/api.ts';
import { mayPost } from '../../rollout/decide.ts';
import type { PlannedDeployment } from '../../rollout/decide.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { holdsOnPosts } from '../../rollout/start-conditions.ts';
import type { PostHold } from '../../rollout/start-conditions.ts';
import { POSTS } from './outage.ts';
import type { ApiClock } from './api-clock.ts';
import type { RunContext } from './run-context.ts';
import { refusedByApi } from './run-control.ts';
import { processOrders } from './watch-orders.ts';

/** Resolves to whether the deployment was accepted. */
export async function postDeployment(planned: PlannedDeployment, run: RunContext): Promise<boolean> {
  const { calls } = run;
  for (;;) {
    if (!(await calls.take())) return false;
    const posting = await announceAndPost(planned, run);
    if (posting === null) {
      await calls.giveBack();
      return false;
    }
    const { outcome, calledAt } = posting;
    const [next] = await Promise.all([
      recordOutcome(planned, { outcome, calledAt }, run),
      calls.answered(POSTS, outcome.kind === 'accepted' ? null : outcome.failure),
    ]);
    if (next !== 'again') return next === 'accepted';
  }
}

/**
 * `null` where it is not to be posted any more. The call begins before anything else goes on record: what comes on record
 * later, a halt among it, came after the call.
 *
 * It is signed before its intent goes on record, with the time of the signature, and is sent with that signature or never:
 * whoever finds the intent knows from then on when it can be sent no more, however long this process stands still.
 */
async function announceAndPost(planned: PlannedDeployment, run: RunContext): Promise<Answer | null> {
  const { api, clock, control, journal, recorder } = run;
  let signed: SignedCall | null = null;
  let signedWhen = readClocks(clock);
  const call: { answer: Promise<Answer> | null } = { answer: null };
  let heldBack = 'it was not sent: the run was stopping';
  const isIntended = await recorder.recordWhat(
    (state) => {
      if (control.cause() !== null || !mayPost(state, planned, clock.times())) return null;
      signed = api.signDeployment();
      signedWhen = readClocks(clock);
      const { epochMs: signedAt } = signed;
      return { type: 'deployment-intended', ...withDeployment(planned), signedAt, sender: journal.id };
    },
    async () => {
      const late = await whyTooLate(planned, signedWhen, run);
      if (control.cause() !== null || signed === null) return;
      const calledAt = clock.now();
      if (late !== null) {
        heldBack = late;
        return;
      }
      const posted = api.postDeployment(requestFor(planned, recorder.state()), signed);
      call.answer = posted.then((outcome) => ({ outcome, calledAt }));
    },
  );
  if (isIntended && call.answer === null) {
    await recorder.record({
      type: 'deployment-not-made',
      deployment: planned.key,
      failure: { kind: 'held-back', message: heldBack, status: null, code: null, requestId: null },
    });
    await processOrders(run);
  }
  return call.answer;
}

function requestFor({ wave: name, devices }: PlannedDeployment, { plan }: RolloutState): DeploymentRequest {
  const wave = present(
    plan.waves.find((one) => one.name === name),
    `wave ${name}`,
  );
  return { devices, artifactUuid: plan.artifact.uuid, arguments: wave.arguments };
}

/** Putting an intent on record seldom takes so long. Where it did, what has been decided is looked at once more. */
const SLOW_MS = 1_000;
/** Putting it on record takes far less. */
const STOOD_STILL_MS = 30_000;

const STOOD_STILL =
  'it was not sent: this machine was suspended after it was recorded, and another runner may have the lock';

/**
 * Why a request that was signed is not sent any more, a sentence; `null` where it is. A machine that slept, or was frozen, may
 * have just woken up between an intent and its POST: others may have found that intent, and settled it; that nothing was sent is
 * put on record first, which only the one who holds the rollout can do. After a shorter while its window may have closed, and
 * somebody may have given an order.
 */
async function whyTooLate(
  { wave: name }: PlannedDeployment,
  signed: Clocks,
  { clock, journal, recorder }: RunContext,
): Promise<string | null> {
  const { simulated, plan } = recorder.state();
  const now = readClocks(clock);
  const tookMs = simulated ? 0 : Math.max(now.api - signed.api, now.steady - signed.steady);
  if (tookMs > STOOD_STILL_MS) return STOOD_STILL;
  if (tookMs <= SLOW_MS) return null;
  const orders = await journal.orders();
  if (orders.kind === 'problem') return `it was not sent: pending orders cannot be read: ${orders.message}`;
  if (orders.value.length > 0) return 'it was not sent: a new order came and is processed first';
  const wave = plan.waves.find((one) => one.name === name);
  const holds = wave === undefined ? [] : holdsOnPosts(recorder.state(), wave, clock.times());
  return holds.map(whyNotSent).find((why) => why !== null) ?? null;
}

/** `null` for what does not keep a request from being sent whose intent is on record. */
function whyNotSent({ kind }: PostHold): string | null {
  switch (kind) {
    case 'window':
      return 'it was not sent: the window of its wave closed';
    // An order that came meanwhile was looked at already.
    case 'paused':
    case 'in-doubt':
      return null;
  }
}

/** One of them passes while the machine sleeps, the other whatever its clock is set to. */
type Clocks = { readonly api: number; readonly steady: number };

function readClocks(clock: ApiClock): Clocks {
  return { api: clock.now(), steady: clock.steady() };
}

function withDeployment({ key, wave, batch, attempt, devices }: PlannedDeployment) {
  return { deployment: key, wave, batch, attempt, devices };
}

type Answer = { readonly outcome: PostOutcome; readonly calledAt: number };

async function recordOutcome(
  { key }: PlannedDeployment,
  { outcome, calledAt }: Answer,
  run: RunContext,
): Promise<'accepted' | 'ended' | 'again'> {
  const { recorder } = run;
  switch (outcome.kind) {
    case 'accepted': {
      const { deploymentId, requestId, rejected, unreadable } = outcome;
      const isRecorded = await recorder.record({
        type: 'deployment-accepted',
        deployment: key,
        deploymentId,
        requestId,
        rejected,
        unreadable,
      });
      reportAnomalies(key, outcome, run);
      return isRecorded ? 'accepted' : 'ended';
    }
    case 'in-doubt':
      await recorder.record({ type: 'deployment-doubted', deployment: key, failure: outcome.failure });
      // Posting again is the wave's next round, under a new key; not at once, or a broken API would be flooded.
      if (recorder.state().plan.whenInDoubt === 'post-again')
        await run.outage.wait({ about: POSTS, failure: outcome.failure, calledAt });
      else stopInDoubt(run);
      return 'ended';
    case 'not-made':
      return recordNotMade(key, { ...outcome, calledAt }, run);
  }
}

type NotMade = Omit<Extract<PostOutcome, { readonly kind: 'not-made' }>, 'kind'>;

async function recordNotMade(
  key: string,
  { failure, wasSignedOff, calledAt }: NotMade & { readonly calledAt: number },
  run: RunContext,
): Promise<'ended' | 'again'> {
  const { recorder, control, outage } = run;
  // The answer has told the clock that it should have been signed by: another intent, and another signature.
  if (wasSignedOff === true) {
    return (await recorder.record({ type: 'deployment-not-made', deployment: key, failure }))
      ? 'again'
      : 'ended';
  }
  switch (decideAfterNotMade(failure)) {
    case 'halt':
      await recorder.record({ type: 'deployment-refused', deployment: key, failure });
      return 'ended';
    case 'stop':
      await recorder.record({ type: 'deployment-not-made', deployment: key, failure });
      control.stop(refusedByApi(failure.message));
      return 'ended';
    case 'wait-for-budget':
      return (await recorder.record({ type: 'deployment-not-made', deployment: key, failure }))
        ? 'again'
        : 'ended';
    case 'try-again':
      if (!(await recorder.record({ type: 'deployment-not-made', deployment: key, failure }))) return 'ended';
      await outage.wait({ about: POSTS, failure, calledAt });
      return 'again';
  }
}

/** Whose fault it is decides: the plan's halts, the key's ends the run, the network's passes. */
function decideAfterNotMade({ kind }: ApiFailure): 'halt' | 'stop' | 'wait-for-budget' | 'try-again' {
  switch (kind) {
    case 'unauthorized':
    case 'forbidden':
      return 'stop';
    case 'invalid':
    case 'not-found':
    case 'conflict':
    case 'unexpected-status':
    case 'unreadable':
      return 'halt';
    case 'rate-limited':
      return 'wait-for-budget';
    case 'unreachable':
    case 'connection-lost':
    case 'timed-out':
    case 'server-error':
      return 'try-again';
  }
}

/** The whole run stops: what else is posted would be posted on top of something unknown. */
export function stopInDoubt({ control, recorder }: Pick<RunContext, 'control' | 'recorder'>): void {
  control.stop({ why: 'in-doubt', message: describeDoubts(recorder.state()), isRecorded: true });
}

export function describeDoubts({ deployments }: RolloutState): string {
  return [...deployments.values()]
    .flatMap(({ key, call }) => (call.kind === 'doubted' ? [`${key}: ${call.failure.message}`] : []))
    .join('; ');
}

function reportAnomalies(
  deployment: string,
  answer: Extract<PostOutcome, { readonly kind: 'accepted' }>,
  { observer }: RunContext,
): void {
  const anomalies = [
    answer.unreadable,
    answer.unanswered.length === 0 || answer.unreadable !== null
      ? null
      : `the API did not accept or reject ${list(answer.unanswered, 3)}; counted as accepted`,
    answer.foreign.length === 0
      ? null
      : `the API's answer names devices that were not sent; ignored: ${list(answer.foreign.map(printable), 3)}`,
  ];
  for (const message of anomalies) {
    if (message !== null) observer.notice({ kind: 'oddity', deployment, message });
  }
}
