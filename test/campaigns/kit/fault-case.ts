/**
 * One rollout among faults, in virtual time: the very runner and client against the simulator, run again and again by
 * somebody who settles what is in doubt by what truly exists, until it has come to its end.
 */
import type { AllxonApi } from '../../../src/backend/api.ts';
import { present } from '../../../src/base/assert.ts';
import type { Clock } from '../../../src/base/clock.ts';
import { seededRandom } from '../../../src/base/random.ts';
import type { Random } from '../../../src/base/random.ts';
import type { DeploymentId, WaveName } from '../../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../../src/plan/rollout-plan.ts';
import { apply, fold } from '../../../src/rollout/apply.ts';
import { deviceStatusOf } from '../../../src/rollout/change-state.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import { eventFor } from '../../../src/rollout/handle-order.ts';
import type { RolloutState } from '../../../src/rollout/state.ts';
import { faultRule, LIST_FAULT_NAMES, SIZE_FAULT_NAMES } from '../../../src/backend/simulator/scenario.ts';
import type { AnswerShape, CallKind, FaultName } from '../../../src/backend/simulator/scenario.ts';
import type { CallRecord } from '../../../src/backend/simulator/ledger.ts';
import { openLastingWorld } from '../../kit/lasting-world.ts';
import type { LastingWorld } from '../../kit/lasting-world.ts';
import { settleOrder } from '../../kit/orders.ts';
import { pick } from '../../kit/pick.ts';
import { makePlan } from '../../kit/plans.ts';
import { STARTED_AT } from '../../kit/rollouts.ts';
import { tellRun } from '../../kit/runs.ts';
import { claimsOf, doubtsIn, readDeployments } from './record.ts';
import type { OnRecord } from './record.ts';
import { ARTIFACT, fateOf, scenarioOf } from './shapes.ts';
import type { Shape } from './shapes.ts';
import { holds, judgeEnd, violation } from './verdict.ts';
import type { Told, Violation } from './verdict.ts';
import type { HaltCause } from '../../../src/rollout/halt-cause.ts';

export type Struck = { readonly fault: FaultName; readonly call: Exclude<CallKind, 'other'> | 'any' };

export type FaultCase = {
  readonly id: string;
  readonly shape: Shape;
  readonly seed: number;
  /** With the share of the calls that each strikes, in millionths. */
  readonly faults: readonly (Struck & { readonly share: number })[];
  /** How probable it is that the record of a run takes no more from some event on; 0 to 1. */
  readonly diskFull: number;
};

/** How one who should be caught goes wrong. */
export type Mistake = 'posts-again' | 'calls-while-blocked' | 'settles-wrongly';

export type FaultResult = {
  readonly id: string;
  readonly runs: number;
  readonly calls: number;
  /** By `fault call`, such as `status-500 post`. */
  readonly struck: ReadonlyMap<string, number>;
  readonly settled: { readonly adopted: number; readonly notCreated: number };
  readonly recordsFull: number;
  /**
   * `refused`: it halted because the API refuses a deployment, as it was told to. `misled`: of a device that had succeeded
   * an answer said something else: it counted as processing, so that it timed out; or two answers after its success did not
   * confirm it, so that it is inconclusive; or its success was gone before anybody could ask, for want of calls; or two answers in a row agreed on a wrong time, by which devices timed out.
   */
  readonly end: 'as-undisturbed' | 'refused' | 'misled';
  /** Why it halted; `null` for one that has completed. */
  readonly halt: HaltCause['reason'] | null;
  readonly violations: readonly Violation[];
};

const MINUTE_MS = 60_000;
const WINDOW_MS = 3_600_000;
const TIMEOUT_MS = 7_200_000;
/** So long that every run of faults comes to an end before; a rollout that does not is a violation. */
const RUNS_MAX = 2_000;
/** An append may fail anywhere in about so many. */
const APPENDS = 12;
const ANSWER_SHAPES: readonly AnswerShape[] = ['serials', 'objects', 'sn-objects', 'map'];

export async function runFaultCase(wanted: FaultCase, mistake: Mistake | null = null): Promise<FaultResult> {
  const reference = await runWith({ ...wanted, faults: [], diskFull: 0 }, null);
  const run = await runWith(wanted, mistake);
  const { state, events, calls, world, stops } = run;
  const refusedIn = refusedWave(state);
  const isRefused = refusedIn !== null && refusedIn !== refusedWave(reference.state);
  const isMisled = wasMisled(run) || (wanted.shape.isTimely && hasStruck(calls, STARVING));
  const end = isRefused ? 'refused' : isMisled ? 'misled' : 'as-undisturbed';
  const told = tellState(state, events);
  const evidence = { shape: wanted.shape, ledger: world.simulator.ledger(), events, ran: [] };
  const atEnd = judgeEnd(evidence, told, tellState(reference.state, reference.events));
  const whileBlocked = countWhileBlocked(calls);
  return {
    id: wanted.id,
    runs: stops.length,
    calls: calls.length,
    struck: countStruck(calls),
    settled: run.settled,
    recordsFull: run.recordsFull,
    end,
    halt: 'cause' in state.phase ? state.phase.cause.reason : null,
    violations: [
      ...(end === 'as-undisturbed' ? atEnd : atEnd.filter(({ kind }) => !END_KINDS.has(kind))),
      ...(whileBlocked === 0
        ? []
        : [violation('called-while-blocked', `${whileBlocked} calls after a 429 and before its Reset`)]),
      ...[...new Set(stops)].flatMap((why) => judgeStop(why, calls, run.recordsFull)),
      ...(end === 'refused' && !hasStruck(calls, REFUSING) ? [violation('refused-without-cause', '')] : []),
    ],
  };
}

/** What a rollout that ended otherwise for a reason cannot be held to. */
const END_KINDS: ReadonlySet<string> = new Set(['wrong-standing', 'wrong-status']);

type Run = {
  readonly state: RolloutState;
  readonly events: readonly JournaledEvent[];
  readonly world: LastingWorld;
  readonly calls: readonly CallRecord[];
  readonly stops: readonly string[];
  readonly settled: { adopted: number; notCreated: number };
  readonly recordsFull: number;
};

async function runWith(wanted: FaultCase, mistake: Mistake | null): Promise<Run> {
  const random = seededRandom(wanted.seed);
  const plan = planOf(wanted.shape);
  const calls: CallRecord[] = [];
  const world = openWorld(wanted, random, calls);
  const api = (clock: Clock) => spoil({ connect: () => world.api(clock), clock }, mistake);
  const settled = { adopted: 0, notCreated: 0 };
  const stops: string[] = [];
  let recordsFull = 0;
  let events: readonly JournaledEvent[] = [];
  let startAt = STARTED_AT;
  while (stops.length < RUNS_MAX) {
    const isFull = random() < wanted.diskFull;
    // The first event is there before a run begins.
    const failAt = isFull ? Math.max(2, events.length + 1 + Math.floor(random() * APPENDS)) : Infinity;
    const told = await tellRun({ plan, api, events, startAt, failAt });
    events = told.events;
    stops.push(told.result.cause.why);
    if (told.result.cause.why === 'environment' && isFull) recordsFull++;
    if (['completed', 'halted'].includes(told.result.cause.why)) break;
    events = settleByTruth(events, { world, settled, isLying: mistake === 'settles-wrongly' });
    startAt = Math.max(told.clock.now() + MINUTE_MS, endOfBlock(calls));
  }
  const state = present(fold(events), 'the state at the end');
  return { state, events, world, calls, stops, settled, recordsFull };
}

function openWorld({ seed, faults, shape }: FaultCase, random: Random, calls: CallRecord[]): LastingWorld {
  const scenario = scenarioOf({ seed, endsFromMs: 10_000, endsToMs: 300_000 });
  return openLastingWorld(
    {
      ...scenario,
      ...shape.world,
      answerShape: pick(random, ANSWER_SHAPES),
      rateLimit: { limit: 1_000, windowMs: WINDOW_MS, reset: pick(random, ['epoch', 'seconds']) },
      faults: faults.map((one) => faultRule(one)),
    },
    (call) => calls.push(call),
  );
}

/** Whoever is told to wait until Reset waits for it, and so does whoever runs it again. */
function endOfBlock(calls: readonly CallRecord[]): number {
  const last = calls.findLast(({ status }) => status === 429);
  return last === undefined ? 0 : last.at + WINDOW_MS + MINUTE_MS;
}

/** Calls that were refused although an earlier one had been; those of the same moment were under way by then. */
function countWhileBlocked(calls: readonly CallRecord[]): number {
  let firstAt: number | null = null;
  let count = 0;
  for (const { at, status, fault } of calls) {
    if (status !== 429) firstAt = null;
    // Only calls within the budget are struck.
    else if (firstAt === null || fault !== null) firstAt = at;
    else if (at > firstAt) count++;
  }
  return count;
}

/** What the person on call finds in the portal is on record before the next run. */
function settleByTruth(
  events: readonly JournaledEvent[],
  {
    world,
    settled,
    isLying,
  }: { readonly world: LastingWorld; readonly settled: Run['settled']; readonly isLying: boolean },
): readonly JournaledEvent[] {
  const onRecord = readDeployments(events);
  let all = events;
  let state = fold(events);
  for (const { key, devices } of doubtsIn(onRecord)) {
    // Where the record ends with the intent, the next run has to say that it is in doubt.
    if (state?.deployments.get(key)?.call.kind !== 'doubted') continue;
    const made = findMade(world, readDeployments(all), devices);
    const isMade = made !== null && !isLying;
    const order = settleOrder(
      key,
      isMade ? { kind: 'adopted', deploymentId: made as DeploymentId } : { kind: 'not-created' },
      `settle-${all.length}`,
    );
    const event = present(eventFor(state, order), 'an answer to the order');
    if (event.type === 'order-refused') throw new Error(`${key} is not settled: ${event.message}`);
    const journaled = { seq: all.length + 1, at: (all.at(-1)?.at ?? 0) + 1, ...event };
    state = apply(state, journaled);
    all = [...all, journaled];
    if (isMade) settled.adopted++;
    else settled.notCreated++;
  }
  return all;
}

/** The id of a deployment of exactly these devices that the record does not claim. */
function findMade(
  { simulator }: LastingWorld,
  onRecord: readonly OnRecord[],
  devices: readonly string[],
): string | null {
  const claims = claimsOf(onRecord);
  return simulator.ledger().deployments.find((one) => !claims.has(one.id) && holds(one, devices))?.id ?? null;
}

function planOf({ waves }: Shape): RolloutPlan {
  return makePlan(
    waves.map(({ serials, maxFailures, batch, soakMs }, index) => ({
      name: `wave-${index + 1}` as WaveName,
      devices: serials as RolloutPlan['waves'][number]['devices'],
      arguments: {},
      minSuccess: null,
      maxFailures: { count: maxFailures },
      rejected: 'failure',
      timeoutMs: TIMEOUT_MS,
      batch,
      ...(soakMs === 0 ? {} : { soakMs }),
    })),
    { artifact: { uuid: ARTIFACT as RolloutPlan['artifact']['uuid'] }, haltGraceMs: 12 * WINDOW_MS },
  );
}

function tellState(state: RolloutState, events: readonly JournaledEvent[]): Told {
  const deployments = [...state.deployments.values()];
  const standings = deployments.flatMap((deployment) =>
    deployment.call.kind === 'accepted'
      ? deployment.devices.map((serial) => [serial, deviceStatusOf(deployment, serial)] as const)
      : [],
  );
  return { status: state.phase.kind, events: events.length, standings: new Map(standings) };
}

/** In which wave it halted because the API refused a deployment; `null` for no such halt. */
function refusedWave({ phase }: RolloutState): WaveName | null {
  return 'cause' in phase && phase.cause.reason === 'deployment-refused' ? phase.wave : null;
}

/** Whether a device was declared timed out or inconclusive by a poll whose answer said something else than the world. */
function wasMisled({ calls, events }: Run): boolean {
  const isStruck = (at: number, faults: ReadonlySet<FaultName>) =>
    calls.some(
      (call) => call.kind === 'poll' && call.at === at && call.fault !== null && faults.has(call.fault),
    );
  return events.some((event) => {
    if (event.type === 'successes-unconfirmed') return isStruck(event.at, CONTRADICTING);
    return (
      event.type === 'devices-timed-out' &&
      ((event.timedOut.some((serial) => fateOf(serial) === 'success') &&
        isStruck(event.at, new Set(['wrong-status-word']))) ||
        hasAgreedOnWrongTime(calls))
    );
  });
}

/** What two answers in a row say of the time is what time it is by the API, as far as anybody can tell. */
function hasAgreedOnWrongTime(calls: readonly CallRecord[]): boolean {
  return calls.some(({ fault }, index) => fault === 'wrong-date' && calls[index + 1]?.fault === 'wrong-date');
}

/** By which a success is contradicted: by another word, by another device's, or by an answer that the API knows nothing. */
const CONTRADICTING: ReadonlySet<FaultName> = new Set(['wrong-status-word', 'duplicate-device', 'not-found']);

function countStruck(calls: readonly CallRecord[]): ReadonlyMap<string, number> {
  const struck = new Map<string, number>();
  for (const { fault, kind } of calls) {
    if (fault !== null) struck.set(`${fault} ${kind}`, (struck.get(`${fault} ${kind}`) ?? 0) + 1);
  }
  return struck;
}

function hasStruck(calls: readonly CallRecord[], faults: ReadonlySet<FaultName>, kind?: CallKind): boolean {
  return calls.some(
    (call) => call.fault !== null && faults.has(call.fault) && (kind === undefined || call.kind === kind),
  );
}

/** After which no call is made for up to an hour. */
const STARVING: ReadonlySet<FaultName> = new Set(['status-429']);

/** After which it cannot be known whether a POST had its effect. */
const DOUBTFUL: ReadonlySet<FaultName> = new Set([
  'status-500',
  'status-500-after-effect',
  'status-503',
  'reset-before-effect',
  'reset-after-effect',
  'timeout-after-effect',
  'cut-off',
  'truncated',
  'not-json',
  'unreadable-answer',
  // Not documented for a POST: what they tell of it is not known.
  'status-302',
  'status-409',
  'status-410',
  'status-426',
  'status-451',
  ...SIZE_FAULT_NAMES,
]);

/** For which a deployment is refused, and would be again. */
export const REFUSING: ReadonlySet<FaultName> = new Set([
  'not-found',
  'status-400',
  'status-405',
  'status-413',
  'status-422',
]);

/** For which a run ends at once, or when the API has been away for too long. */
const ENDING: ReadonlySet<FaultName> = new Set([
  'unauthorized',
  'forbidden',
  'unreadable-lists',
  // What a cache has kept is no answer.
  'cached-date',
  ...REFUSING,
  ...DOUBTFUL,
  ...LIST_FAULT_NAMES,
]);

/** Whether there was a cause for a run to end as it did. */
function judgeStop(why: string, calls: readonly CallRecord[], recordsFull: number): readonly Violation[] {
  const isFull = recordsFull > 0;
  switch (why) {
    case 'completed':
    case 'halted':
      return [];
    case 'in-doubt':
      return isFull || hasStruck(calls, DOUBTFUL, 'post') ? [] : [violation('in-doubt-without-cause', '')];
    case 'environment':
      return isFull || hasStruck(calls, ENDING) ? [] : [violation('stopped-without-cause', why)];
    default:
      return [violation('wrong-stop', why)];
  }
}

/** The client, in the hands of one who makes the mistake. A client that was told to wait refuses; a new one does not know. */
function spoil(
  { connect, clock }: { readonly connect: () => AllxonApi; readonly clock: Clock },
  mistake: Mistake | null,
): AllxonApi {
  const api = connect();
  if (mistake !== 'posts-again' && mistake !== 'calls-while-blocked') return api;
  return {
    ...api,
    async postDeployment(request, signed) {
      const outcome = await api.postDeployment(request, signed);
      return mistake === 'posts-again' && outcome.kind === 'in-doubt'
        ? api.postDeployment(request, signed)
        : outcome;
    },
    async readDeployment(id) {
      const outcome = await api.readDeployment(id);
      const isBlocked = outcome.kind === 'failed' && outcome.failure.kind === 'rate-limited';
      if (mistake !== 'calls-while-blocked' || !isBlocked) return outcome;
      await clock.sleepUntil(clock.now() + MINUTE_MS);
      return connect().readDeployment(id);
    },
  };
}
