/**
 * One rehearsal of a plan: the very runner, the client and a simulator, in virtual time, with nothing kept. Hooks and
 * gates are not run, and every approval is given.
 */
import { VirtualClock } from '../base/virtual-clock.ts';
import { digestPlan } from '../plan/digest.ts';
import type { WaveName } from '../plan/identifiers.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { apply } from '../rollout/apply.ts';
import { startEvent } from '../rollout/entry.ts';
import type { JournaledEvent } from '../rollout/event.ts';
import type { Order } from '../rollout/order.ts';
import type { RolloutState } from '../rollout/state.ts';
import type { Observer } from '../run/loop/observer.ts';
import { runRollout } from '../run/loop/run-rollout.ts';
import type { RunResult } from '../run/loop/run-rollout.ts';
import type { Ledger } from '../backend/simulator/ledger.ts';
import type { Outcome, Scenario } from '../backend/simulator/scenario.ts';
import type { Journal } from '../store/journal.ts';
import type { AllxonApi } from '../backend/api.ts';
import { openAllxonClient } from '../backend/allxon/client.ts';
import type { Transport, TransportRequest, TransportResult } from '../backend/allxon/transport.ts';
import type { Clock } from '../base/clock.ts';
import type { ApiAnswer } from '../backend/simulator/api-call.ts';
import { SimulatedApi } from '../backend/simulator/simulated-api.ts';
import type { SimulatedApiOptions } from '../backend/simulator/simulated-api.ts';

export type TrialWanted = {
  readonly plan: RolloutPlan;
  readonly scenario: Scenario;
  /** Epoch milliseconds; only windows make it matter. */
  readonly startAt: number;
  readonly polling: { readonly minIntervalMs: number; readonly maxIntervalMs: number };
  readonly apiOutageMs: number;
  readonly observer?: Observer;
};

export type Trial = {
  readonly why: RunResult['cause']['why'];
  /** The wave in which it halted, or `null`. */
  readonly haltedIn: WaveName | null;
  /** Devices for which a deployment was made that did not reject them. */
  readonly reached: number;
  /** Those of them that the artifact left in any other state than success. */
  readonly broken: number;
  /** Calls to the API. */
  readonly calls: number;
  readonly durationMs: number;
  readonly state: RolloutState;
};

const SILENT: Observer = { event: () => undefined, notice: () => undefined };

/** What it leaves behind is gone or beyond reach. */
const BROKEN: ReadonlySet<Outcome> = new Set<Outcome>([
  'failed',
  'relapse',
  'stuck',
  'offline',
  'unknown',
  'vanish',
]);

export async function runTrial(wanted: TrialWanted): Promise<Trial> {
  const { plan, scenario, startAt, polling, apiOutageMs, observer = SILENT } = wanted;
  const clock = new VirtualClock(startAt);
  const { api, simulator } = openInProcessApi(scenario, clock);
  const digest = digestPlan(plan);
  const started: JournaledEvent = {
    seq: 1,
    at: startAt,
    ...startEvent({ plan, digest, simulated: true }),
  };
  const { cause, state } = await runRollout(
    apply(null, started),
    {
      api,
      clock,
      observer,
      shared: null,
      journal: openMemoryJournal(approvalsFor(plan, digest, startAt)),
      commands: () => Promise.resolve({ outcome: 'skipped', detail: 'rehearsed', output: '', tookMs: 0 }),
      stop: new AbortController().signal,
    },
    {
      ...polling,
      apiOutageMs,
      maxWaitMs: null,
      version: 'rehearsal',
      runner: { host: 'rehearsal', pid: 0, startedBy: null },
    },
  );
  const { phase } = state;
  const { reached, broken } = countDevicesOf(simulator.ledger());
  return {
    why: cause.why,
    haltedIn: phase.kind === 'halted' || phase.kind === 'closed' ? phase.wave : null,
    reached,
    broken,
    calls: simulator.stats().calls,
    durationMs: clock.now() - startAt,
    state,
  };
}

function approvalsFor({ waves }: RolloutPlan, digest: RolloutState['digest'], givenAt: number): Order[] {
  return waves
    .filter(({ approval }) => approval !== undefined)
    .map(({ name }) => ({
      id: `approve ${name}`,
      by: null,
      host: 'rehearsal',
      givenAt,
      reason: 'rehearsal: approved automatically',
      kind: 'approve',
      wave: name,
      digest,
    }));
}

function countDevicesOf({ deployments }: Ledger): { readonly reached: number; readonly broken: number } {
  const outcomes = new Map<string, Outcome>();
  for (const { devices } of deployments) {
    for (const { serial, outcome } of devices) {
      if (outcome !== 'rejected') outcomes.set(serial, outcome);
    }
  }
  const broken = [...outcomes.values()].filter((outcome) => BROKEN.has(outcome)).length;
  return { reached: outcomes.size, broken };
}

// A journal that is gone with the process: for rehearsals, of which nothing is to be kept.

/** `left` is its inbox: what is taken up goes from it. */
export function openMemoryJournal(left: Order[]): Journal {
  const done = Promise.resolve({ kind: 'done', value: null } as const);
  return {
    id: 'memory',
    gone: [],
    events: [],
    tornBytes: 0,
    append: () => done,
    verifyHold: () => done,
    orders: () => Promise.resolve({ kind: 'done', value: [...left] }),
    dropOrder(id) {
      left.splice(
        left.findIndex((order) => order.id === id),
        1,
      );
      return done;
    },
    archive: () => done,
    sharedCalls: null,
    close: () => Promise.resolve(),
  };
}

// The real client over a simulator in the same process: its bytes go there without a socket, and in virtual time.

const CREDENTIALS = { keyId: 'rehearsal', secret: 'bm90LWEtc2VjcmV0LWF0LWFsbA==' };

/** Nobody is called there. */
const HOST = '127.0.0.1:1';

export type InProcessApi = {
  readonly simulator: SimulatedApi;
  readonly api: AllxonApi;
  /** Another client of the same simulator, which knows nothing of what the first has learned. */
  readonly connect: () => AllxonApi;
};

export function openInProcessApi(
  scenario: Scenario,
  clock: Clock,
  options: Partial<Pick<SimulatedApiOptions, 'onCall' | 'clock'>> = {},
): InProcessApi {
  const simulator = new SimulatedApi({
    scenario,
    credentials: CREDENTIALS,
    clock,
    ...options,
  });
  const connect = () =>
    openAllxonClient({
      origin: `http://${HOST}`,
      credentials: CREDENTIALS,
      transport: connectTo(simulator, clock),
      clock,
      version: 'rehearsal',
    });
  return { simulator, api: connect(), connect };
}

function connectTo(simulator: SimulatedApi, clock: Clock): Transport {
  return {
    send: (request) => exchange(request, { simulator, clock }),
    close: () => Promise.resolve(),
  };
}

async function exchange(
  { method, pathWithQuery, body, timeoutMs, headers }: TransportRequest,
  { simulator, clock }: { readonly simulator: SimulatedApi; readonly clock: Clock },
): Promise<TransportResult> {
  const reply = await simulator.respond({
    method,
    path: pathWithQuery,
    headers: {
      host: HOST,
      ...Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
    },
    body: Buffer.from(body ?? ''),
  });
  switch (reply.kind) {
    case 'answer':
      return respond(reply);
    case 'hang':
      await clock.sleepUntil(clock.now() + timeoutMs);
      return { kind: 'failed', phase: 'exchange', isTimeOut: true, message: 'no answer in time' };
    case 'reset':
    case 'cut-off':
      return { kind: 'failed', phase: 'exchange', isTimeOut: false, message: 'the connection was reset' };
  }
}

function respond({ status, headers, body }: ApiAnswer): TransportResult {
  const lowered = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value] as const);
  return { kind: 'response', status, headers: new Map(lowered), body: Buffer.from(body) };
}
