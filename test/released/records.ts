/** Records that a release has left, and how they are gone on with: in virtual time that begins where they end. */
import { cpSync, readFileSync, readdirSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { present } from '../../src/base/assert.ts';
import type { Clock } from '../../src/base/clock.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { openFileStore } from '../../src/store/file/file-store.ts';
import type { JournalReading } from '../../src/store/journal.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import { parseRolloutName } from '../../src/plan/identifiers.ts';
import type { DeploymentId, Serial } from '../../src/plan/identifiers.ts';
import { openInProcessApi, openMemoryJournal } from '../../src/rehearsal/trial.ts';
import type { InProcessApi } from '../../src/rehearsal/trial.ts';
import { approvalOf } from '../../src/views/tables/situation.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { inDoubtOf } from '../../src/rollout/in-doubt.ts';
import type { Order, Settlement } from '../../src/rollout/order.ts';
import { planRollback } from '../../src/rollout/rollback.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { runRollout } from '../../src/run/loop/run-rollout.ts';
import { loadScenario } from '../../src/backend/simulator/load-scenario.ts';
import { makeFolder } from '../kit/folders.ts';
import type { CommandRequest } from '../../src/run/loop/command-runner.ts';
import type { CommandResult } from '../../src/rollout/halt-cause.ts';

/** A deployment that was made, as the simulator of the time has told it. */
export type Deployed = {
  readonly id: string;
  readonly artifact: string;
  readonly devices: readonly string[];
};

export type ReleasedRecord = {
  readonly folder: string;
  /** By their names, as the store lists them. */
  readonly rollouts: ReadonlyMap<string, JournalReading>;
  /** In their order. */
  readonly ledger: readonly Deployed[];
};

export function namesIn(folder: string): readonly string[] {
  return readdirSync(folder).sort();
}

/** Read by the file store, from a copy. */
export async function readRecord(folder: string): Promise<ReleasedRecord> {
  const copy = makeFolder();
  cpSync(join(folder, 'record'), copy, { recursive: true });
  const store = openFileStore(copy, { now: () => 0, sleepUntil: () => Promise.resolve() });
  const names = await store.list();
  if (names.kind === 'problem') throw new Error(names.message);
  const rollouts = new Map<string, JournalReading>();
  for (const name of names.value) {
    const reading = await store.read(name);
    if (reading.kind === 'problem') throw new Error(reading.message);
    rollouts.set(name, present(reading.value, 'a record'));
  }
  const ledger = JSON.parse(readFileSync(join(folder, 'ledger.json'), 'utf8')) as readonly Deployed[];
  return { folder, rollouts, ledger };
}

/** Opens each rollout for writing, appends to it and reads it again. */
export async function appendTo(folder: string, name: string): Promise<readonly JournaledEvent[]> {
  const copy = makeFolder();
  cpSync(join(folder, 'record'), copy, { recursive: true });
  const store = openFileStore(copy, { now: () => 0, sleepUntil: () => Promise.resolve() });
  const rollout = present(parseRolloutName(name), 'a name');
  const opened = await store.open(rollout, { host: hostname(), pid: process.pid, startedBy: null });
  if (opened.kind !== 'done') throw new Error(JSON.stringify(opened));
  const { events } = opened.value;
  const seq = events.length + 1;
  const { at } = present(events.at(-1), 'the last event');
  const added = { seq, at, type: 'runner-stopped', why: 'interrupted', message: 'stopped' } as const;
  const appended = await opened.value.append([added]);
  if (appended.kind !== 'done') throw new Error(appended.message);
  await opened.value.close();
  const reading = await store.read(rollout);
  if (reading.kind !== 'done') throw new Error(reading.message);
  return reading.value?.events ?? [];
}

/** Where a rollout and its rollback stand, or have stood once. */
export type Stand = {
  readonly rollout: readonly JournaledEvent[];
  /** Empty where there is none. */
  readonly rollback: readonly JournaledEvent[];
  /** Left for the rollout, and not taken up. */
  readonly left: readonly Order[];
};

/** How it has gone on from there. */
export type Went = {
  readonly rollout: RolloutState;
  readonly rollback: RolloutState | null;
  /** What a person had to do for it, in order. */
  readonly orders: readonly string[];
  /** What is on record by now, of both. */
  readonly events: readonly JournaledEvent[];
  /** Every deployment that was made, before and since, but those of a run that was set aside. */
  readonly ledger: readonly Deployed[];
};

/**
 * Goes on until nothing is left to do: what waits for approval is approved, what is paused is resumed, and what is in
 * doubt is settled by what was truly made. A halt is a halt.
 */
export async function goOn(stand: Stand, record: ReleasedRecord): Promise<Went> {
  const { rollout, rollback } = stand;
  const world = await openWorldAfter(stand, record);
  const first = await carryOn(rollout, world, stand.left);
  const turned = first.state.rollback === null ? null : planRollback(first.state);
  const { at } = present(first.events.at(-1), 'the last event');
  const started: readonly JournaledEvent[] =
    turned === null
      ? []
      : [{ seq: 1, at, type: 'rollout-started', plan: turned, digest: digestPlan(turned), simulated: false }];
  const begun = rollback.length > 0 ? rollback : started;
  const second = begun.length === 0 ? null : await carryOn(begun, world);
  return {
    rollout: first.state,
    rollback: second?.state ?? null,
    orders: [...first.orders, ...(second?.orders ?? [])],
    events: [...first.events, ...(second?.events ?? [])],
    ledger: world.simulator
      .ledger()
      .deployments.filter(({ id }) => !world.setAside.has(id))
      .map(({ id, artifactUuid, devices }) => ({
        id,
        artifact: artifactUuid,
        devices: devices.map(({ serial }) => serial),
      })),
  };
}

type LaterWorld = Pick<InProcessApi, 'simulator' | 'connect'> & {
  readonly clock: VirtualClock;
  /** The deployments of a run that was set aside and started over. */
  readonly setAside: ReadonlySet<string>;
};

/** The simulated account as it was left: the deployments that had been made by then, each at its time. */
async function openWorldAfter(stand: Stand, record: ReleasedRecord): Promise<LaterWorld> {
  const events = [...stand.rollout, ...stand.rollback];
  const lastAt = Math.max(...events.map(({ at }) => at));
  const firstAt = Math.min(...events.map(({ at }) => at));
  let current: Clock = new VirtualClock(firstAt);
  const clock: Clock = {
    now: () => current.now(),
    sleepUntil: (at, signal) => current.sleepUntil(at, signal),
  };
  const path = join(record.folder, 'scenario.yaml');
  const { scenario } = loadScenario(path, (file) => ({ kind: 'read', bytes: readFileSync(file) }));
  const world = openInProcessApi({ ...present(scenario, 'a scenario'), faults: [] }, clock);
  const timeOf = madeBy(stand, record);
  const setAside = new Set<string>();
  for (const made of record.ledger) {
    const at = timeOf(made);
    if (at === null) continue;
    if (at === SET_ASIDE) setAside.add(made.id);
    current = new VirtualClock(at === SET_ASIDE ? firstAt : at);
    const { artifact, devices } = made;
    const api = world.connect();
    const outcome = await api.postDeployment(
      { devices: devices as readonly Serial[], artifactUuid: artifact, arguments: {} },
      api.signDeployment(),
    );
    if (outcome.kind !== 'accepted' || outcome.deploymentId !== made.id)
      throw new Error(`the simulator makes ${JSON.stringify(outcome)} in place of ${made.id}`);
  }
  const later = new VirtualClock(lastAt + 1_000);
  current = later;
  return { simulator: world.simulator, connect: world.connect, clock: later, setAside };
}

/** In place of a time. */
const SET_ASIDE = -1;

/** When a deployment was made, or `null` where it had not been yet: by the intent that it came of. */
function madeBy(
  { rollout, rollback }: Stand,
  { rollouts, ledger }: ReleasedRecord,
): (made: Deployed) => number | null {
  const intents = [...rollouts.values()].flatMap(({ events }) => {
    const { plan } = present(fold(events.slice(0, 1)), 'a start');
    const { length } = plan.rollbackOf === undefined ? rollout : rollback;
    return events.flatMap((event) =>
      event.type === 'deployment-intended'
        ? [
            {
              event,
              artifact: plan.artifact.uuid,
              id: answerTo(event, events),
              isThere: event.seq <= length,
            },
          ]
        : [],
    );
  });
  const times = new Map(
    ledger.map((made) => {
      const index = intents.findIndex(
        ({ event, artifact, id }) =>
          id === made.id ||
          (id === null && artifact === made.artifact && event.devices.join() === made.devices.join()),
      );
      if (index < 0) return [made.id, SET_ASIDE] as const;
      const [{ event, isThere } = present(intents[index], 'an intent')] = intents.splice(index, 1);
      return [made.id, isThere ? event.at : null] as const;
    }),
  );
  return ({ id }) => times.get(id) ?? null;
}

type Intent = Extract<JournaledEvent, { readonly type: 'deployment-intended' }>;

/** The id that the whole record knows the deployment by; `null` where it has none. */
function answerTo({ seq, deployment }: Intent, events: readonly JournaledEvent[]): DeploymentId | null {
  const after = events.slice(seq).filter((event) => keyOf(event) === deployment);
  const next = after.findIndex(({ type }) => type === 'deployment-intended');
  return after.slice(0, next < 0 ? undefined : next).flatMap((event) => idOf(event) ?? [])[0] ?? null;
}

/** The id that an event tells, of a deployment that was accepted or adopted. */
function idOf(event: JournaledEvent): DeploymentId | null {
  if (event.type === 'deployment-accepted') return event.deploymentId;
  if (event.type !== 'deployment-settled') return null;
  return event.settlement.kind === 'adopted' ? event.settlement.deploymentId : null;
}

function keyOf(event: JournaledEvent): string | null {
  return 'deployment' in event ? event.deployment : null;
}

type Carried = Pick<Went, 'orders' | 'events'> & { readonly state: RolloutState };

/** Longer than a signed request is feared, where nobody has asked the API for its time. */
const SIGNED_FOR_MS = 2 * 3_600_000;

/** No record needs as many. */
const RUNS_MAX = 12;

async function carryOn(
  recorded: readonly JournaledEvent[],
  world: LaterWorld,
  orders: readonly Order[] = [],
): Promise<Carried> {
  const { clock } = world;
  const events = [...recorded];
  const left = [...orders];
  /** A settlement that was refused, because it came too soon, is given once more. */
  const given = new Map<string, string>();
  const memory = openMemoryJournal(left);
  const journal = {
    ...memory,
    events,
    append(added: readonly JournaledEvent[]) {
      events.push(...added);
      return memory.append(added);
    },
  };
  for (let runs = 0; runs < RUNS_MAX; runs++) {
    const { state, cause } = await runRollout(
      present(fold(events), 'the state'),
      {
        api: world.connect(),
        journal,
        clock,
        shared: null,
        observer: { event: () => undefined, notice: () => undefined },
        commands: (request) => Promise.resolve(carryOutCommand(request)),
        stop: new AbortController().signal,
      },
      {
        minIntervalMs: 5_000,
        maxIntervalMs: 300_000,
        apiOutageMs: 900_000,
        maxWaitMs: null,
        runner: { host: 'runner-2', pid: 2, startedBy: 'ben' },
        version: 'test',
      },
    );
    const next = ordersFor(state, cause.why, world);
    if (next === null) return { state, events, orders: [...given.values()] };
    // What may still be on its way is not settled as not created before its signature has expired.
    if (next.some((order) => describeOrder(order) === 'settled as not-created')) clock.jump(SIGNED_FOR_MS);
    left.push(...next);
    for (const order of next)
      given.set(order.kind === 'settle' ? order.deployment : order.id, describeOrder(order));
  }
  throw new Error('it comes to no end');
}

/** What a person would do next; `null` where nothing is left to do. */
function ordersFor(state: RolloutState, why: string, world: LaterWorld): readonly Order[] | null {
  const order = (kind: string) => ({
    id: `${kind}-${state.seq}`,
    by: 'ben',
    host: 'desk',
    givenAt: state.updatedAt,
    reason: null,
  });
  switch (why) {
    case 'completed':
    case 'halted':
      return null;
    case 'paused':
      return [{ ...order('resume'), kind: 'resume' }];
    case 'waiting': {
      const wave = present(approvalOf(state), 'a wave that waits for approval');
      return [{ ...order('approve'), kind: 'approve', wave, digest: state.digest }];
    }
    case 'in-doubt':
      return inDoubtOf(state).map(({ key }) => {
        const settlement = settlementOf(key, state, world);
        return { ...order(`settle-${key}`), kind: 'settle', deployment: key, settlement };
      });
    default:
      throw new Error(`the run has ended: ${why}`);
  }
}

function describeOrder(order: Order): string {
  return order.kind === 'settle' ? `settled as ${order.settlement.kind}` : order.kind;
}

/** By what was truly made and is not on record yet. */
function settlementOf(
  key: string,
  { deployments, plan }: RolloutState,
  { simulator }: LaterWorld,
): Settlement {
  const known = new Set(
    [...deployments.values()].flatMap(({ call }) => (call.kind === 'accepted' ? [call.deploymentId] : [])),
  );
  const devices = deployments.get(key)?.devices.join();
  const made = simulator
    .ledger()
    .deployments.find(
      (one) =>
        !known.has(one.id as DeploymentId) &&
        one.artifactUuid === plan.artifact.uuid &&
        one.devices.map(({ serial }) => serial).join() === devices,
    );
  return made === undefined
    ? { kind: 'not-created' }
    : { kind: 'adopted', deploymentId: made.id as DeploymentId };
}

/** What the commands of these plans come to, without being run. */
function carryOutCommand({ command, wave }: CommandRequest): CommandResult {
  const script = command.run.at(-1) ?? '';
  const isBad = script.includes('exit') || (script.includes('BREAKWATER_WAVE') && wave !== 'first');
  return isBad
    ? { outcome: 'failed', detail: 'exit code 3', output: '', tookMs: 5 }
    : { outcome: 'passed', detail: '', output: '', tookMs: 5 };
}

/** In a line: by which orders and how a rollout has ended, its devices by their buckets, and what was deployed to whom. */
export function describeWent({ rollout, rollback, ledger, orders }: Went): string {
  const parts = [
    ...(orders.length === 0 ? [] : [`by ${orders.join(', ')}`]),
    describeState(rollout),
    ...(rollback === null ? [] : [`taken back: ${describeState(rollback)}`]),
  ];
  const made = ledger.map(({ artifact, devices }) => `${artifact.slice(0, 4)} to ${devices.join(' ')}`);
  return `${parts.join('; ')}; deployed ${made.length === 0 ? 'nothing' : made.join(', ')}`;
}

function describeState({ phase, waves }: RolloutState): string {
  const end =
    phase.kind === 'halted' || phase.kind === 'closed'
      ? `halted in ${phase.wave}, ${phase.cause.reason}`
      : phase.kind;
  const tallies = waves.map(({ wave, tally }) => {
    const counts = Object.entries(tally).filter(([, count]) => count > 0);
    return `${wave.name} ${counts.map(([bucket, count]) => `${count} ${bucket}`).join(' ')}`;
  });
  return `${end} (${tallies.join(', ')})`;
}
