/**
 * The table of what becomes of a deployment whose intent is on record and whose answer may not be: every way in which
 * it can come to that, with every word of the plan on it, through the real client against the simulator.
 */
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { eventFor } from '../../src/rollout/handle-order.ts';
import { deploymentsBySerial } from '../../src/backend/simulator/ledger.ts';
import { faultRule, SCENARIO_DEFAULTS } from '../../src/backend/simulator/scenario.ts';
import type { FaultName } from '../../src/backend/simulator/scenario.ts';
import { openLastingWorld } from '../kit/lasting-world.ts';
import type { LastingWorld } from '../kit/lasting-world.ts';
import { settleOrder } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import type { Told } from '../kit/runs.ts';

type Word = RolloutPlan['whenInDoubt'];

/** What the first POST of the rollout meets, and what is known of it afterwards. */
type Circumstance = {
  readonly name: string;
  readonly fault?: FaultName;
  /** The run is ended as by `kill -9` at this point, and its journal holds no more than what came before. */
  readonly crash?: 'before-sending' | 'after-sending';
  /** The disk is full from the answer on. */
  readonly isDiskFull?: true;
  /** Whether the deployment exists, by the simulator's own record. */
  readonly exists: boolean;
  /** `doubt`: nobody knows. `known`: it goes on by itself. `refused`: it halts. `environment`: it stops, and goes on later. */
  readonly means: 'doubt' | 'known' | 'refused' | 'environment';
};

const TABLE: readonly Circumstance[] = [
  { name: 'the runner ends before it sends', crash: 'before-sending', exists: false, means: 'doubt' },
  { name: 'the runner ends after it has sent', crash: 'after-sending', exists: true, means: 'doubt' },
  {
    name: 'the connection breaks before the effect',
    fault: 'reset-before-effect',
    exists: false,
    means: 'doubt',
  },
  {
    name: 'the connection breaks after the effect',
    fault: 'reset-after-effect',
    exists: true,
    means: 'doubt',
  },
  { name: 'no answer comes in time', fault: 'timeout-after-effect', exists: true, means: 'doubt' },
  { name: 'the answer is cut off', fault: 'cut-off', exists: true, means: 'doubt' },
  { name: 'the server fails before the effect', fault: 'status-500', exists: false, means: 'doubt' },
  { name: 'the server is not available', fault: 'status-503', exists: false, means: 'doubt' },
  {
    name: 'the server fails after the effect',
    fault: 'status-500-after-effect',
    exists: true,
    means: 'doubt',
  },
  { name: 'the answer is not JSON', fault: 'not-json', exists: true, means: 'doubt' },
  {
    name: 'the answer is unreadable and has no id',
    fault: 'unreadable-answer',
    exists: true,
    means: 'doubt',
  },
  {
    name: 'the answer has an id and unreadable lists',
    fault: 'unreadable-lists',
    exists: true,
    means: 'known',
  },
  { name: 'the disk is full when the answer comes', isDiskFull: true, exists: true, means: 'doubt' },
  { name: 'the rate limit is over', fault: 'status-429', exists: false, means: 'known' },
  { name: 'the key is not valid', fault: 'unauthorized', exists: false, means: 'environment' },
  { name: 'the key may not', fault: 'forbidden', exists: false, means: 'environment' },
  { name: 'the artifact is not found', fault: 'not-found', exists: false, means: 'refused' },
];

const WORDS: readonly Word[] = ['stop', 'post-again'];

const WAVES = [makeWave('one', 3), makeWave('two', 2)];

describe.each(WORDS)('whenInDoubt: %s', (whenInDoubt) => {
  test.each(TABLE)('$name', async (circumstance) => {
    const { means, exists } = circumstance;
    const plan = makePlan(WAVES, { whenInDoubt });
    const world = openWorld(circumstance);
    const first = await meet(circumstance, plan, world);
    const postedTo = [...deploymentsBySerial(world.simulator.ledger()).keys()];
    expect(postedTo.includes('one-1')).toBe(exists || endOf(first) === 'completed');

    if (means === 'refused') {
      expect(first.result.state.phase).toMatchObject({ cause: { reason: 'deployment-refused' } });
      expect(world.simulator.ledger().deployments).toEqual([]);
      return;
    }
    const isDoubted = means === 'doubt' && whenInDoubt === 'stop';
    const second = endOf(first) === 'completed' ? first : await goOn(first, plan, world);
    if (isDoubted) {
      expect(endOf(second)).toBe('in-doubt');
      expect(doubtsOf(second)).toEqual(['one/1']);
      // However often it is run again, nothing is posted: to none of its devices, and to no other.
      const count = world.simulator.ledger().deployments.length;
      const third = await goOn(second, plan, world);
      expect(endOf(third)).toBe('in-doubt');
      expect(world.simulator.ledger().deployments).toHaveLength(count);
      expect(count).toBe(exists ? 1 : 0);
    }
    const last = isDoubted ? await goOn(settled(second, world), plan, world) : second;
    expect(endOf(last)).toBe('completed');
    for (const [serial, deployments] of deploymentsBySerial(world.simulator.ledger())) {
      const isTwice = means === 'doubt' && whenInDoubt === 'post-again' && exists && serial.startsWith('one');
      expect([serial, deployments.length]).toEqual([serial, isTwice ? 2 : 1]);
    }
  });
});

test('an answer that the record could not take is told, with the id that would be lost', async () => {
  const circumstance = present(
    TABLE.find(({ isDiskFull }) => isDiskFull),
    'the full disk',
  );
  const plan = makePlan(WAVES);
  const world = openWorld(circumstance);
  const { result } = await meet(circumstance, plan, world);
  const id = world.simulator.ledger().deployments[0]?.id ?? 'none';
  expect(result.cause).toMatchObject({ why: 'environment', isRecorded: false });
  expect(result.unrecorded).toEqual([expect.stringContaining(`one/1 exists with id ${id}`)]);
});

function openWorld({ fault }: Circumstance): LastingWorld {
  return openLastingWorld({
    devices: { ...SCENARIO_DEFAULTS.devices, duration: { kind: 'fixed', ms: 60_000 } },
    faults: fault === undefined ? [] : [faultRule({ fault, call: 'post', at: [1] })],
  });
}

/** The run in which the first POST meets the circumstance. */
async function meet(
  { crash, isDiskFull }: Circumstance,
  plan: RolloutPlan,
  world: LastingWorld,
): Promise<Told> {
  if (crash !== undefined) return meetCrash(crash, plan, world);
  return tellRun({
    plan,
    api: world.api,
    ...(isDiskFull === undefined ? {} : { fullAfter: 'deployment-intended' }),
  });
}

async function meetCrash(
  crash: NonNullable<Circumstance['crash']>,
  plan: RolloutPlan,
  world: LastingWorld,
): Promise<Told> {
  // The journal takes nothing after the intent; what the process did then decides what the world looks like.
  const told = await tellRun({
    plan,
    api: (clock) => {
      const api = world.api(clock);
      return crash === 'after-sending'
        ? api
        : {
            ...api,
            postDeployment: () => Promise.resolve({ kind: 'in-doubt', failure: NO_FAILURE } as const),
          };
    },
    fullAfter: 'deployment-intended',
  });
  expect(typesOf(told.events).at(-1)).toBe('deployment-intended');
  return told;
}

const NO_FAILURE = {
  kind: 'connection-lost',
  message: '',
  status: null,
  code: null,
  requestId: null,
} as const;

/** What a new runner makes of the record, an hour later. */
function goOn({ events }: Pick<Told, 'events'>, plan: RolloutPlan, world: LastingWorld): Promise<Told> {
  const startAt = (events.at(-1)?.at ?? STARTED_AT) + 3_600_000;
  return tellRun({ plan, api: world.api, events, startAt });
}

/** The record after an operator has looked into the portal. */
function settled({ events }: Told, { simulator }: LastingWorld): Pick<Told, 'events'> {
  const state = present(fold(events), 'a state');
  const existing = simulator.ledger().deployments[0];
  const event = eventFor(
    state,
    settleOrder(
      'one/1',
      existing === undefined
        ? { kind: 'not-created' }
        : { kind: 'adopted', deploymentId: existing.id as DeploymentId },
    ),
  );
  const settling = { seq: state.seq + 1, at: state.updatedAt + 1000, ...present(event, 'an event') };
  return { events: [...events, settling satisfies JournaledEvent] };
}

function endOf({ result }: Told): string {
  return result.cause.why;
}

function doubtsOf({ events }: Told): readonly string[] {
  return events.flatMap((event) => (event.type === 'deployment-doubted' ? [event.deployment] : []));
}
