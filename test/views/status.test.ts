import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { DeploymentId } from '../../src/plan/identifiers.ts';
import { failingDevices } from '../../src/views/status/devices.ts';
import type { StatusEntry } from '../../src/views/tables/situation.ts';
import { renderStatusJson } from '../../src/views/status/status-json.ts';
import { renderStatusList } from '../../src/views/status/status.ts';
import { FAILURES } from '../../src/views/summary/tallies.ts';
import { compileSchema, expectValid, readSchema } from '../kit/schemas.ts';
import { randomRollouts } from './random-rollouts.ts';
import { HOLDER, ORDERED, SITUATIONS } from './situations.ts';
import { settlement, STORIES } from './told-orders.ts';
import { everyEvent } from './every-event.ts';
import { toHalt } from './told.ts';

const ALL = { ...SITUATIONS, ...ORDERED };

/** What a status can tell: how a run ended without a record of it is known to that run alone. */
const entries: readonly StatusEntry[] = Object.values(ALL).filter(({ stop }) => stop === undefined);

describe('the list of rollouts', () => {
  const now = Date.UTC(2026, 0, 5, 9);

  test('has names that stay different on a narrow terminal, and whole ones in a pipe', () => {
    const { state } = toHalt();
    const named = [17, 18].map((n) => {
      const name = `camera-2.14-berlin-store-alexanderplatz-${n}` as typeof state.plan.name;
      return { state: { ...state, plan: { ...state.plan, name } }, isHeld: false };
    });
    const lines = renderStatusList(named, { now, colour: false, columns: 40 }).trimEnd().split('\n');
    expect(lines[1]).toMatch(/^camera-2\.14-b….*17 /);
    expect(lines[2]).toMatch(/^camera-2\.14-b….*18 /);
    const whole = renderStatusList(named, { now, colour: false });
    for (const { state: one } of named) expect(whole).toContain(one.plan.name);
    expect(whole).not.toContain('…');
  });

  test('has a line for each, with its state and its reason', async () => {
    await expect(renderStatusList(entries, { now, colour: false })).toMatchFileSnapshot(
      'golden/status-list.txt',
    );
  });

  test('is cut where the terminal ends', () => {
    const lines = renderStatusList(entries, { now, colour: false, columns: 60 }).trimEnd().split('\n');
    expect(lines.filter((line) => line.length > 60)).toEqual([]);
    expect(lines.some((line) => line.endsWith('…'))).toBe(true);
  });

  test('without a rollout is its headings', () => {
    expect(renderStatusList([], { now, colour: false })).toBe(
      'ROLLOUT  STATUS  WAVE  SUCCESS  FAILURES  DEVICES  UPDATED  REASON\n',
    );
  });
});

type Document = {
  readonly status: string;
  readonly tally: Readonly<Record<string, number>>;
  readonly waves: readonly {
    readonly name: string;
    readonly tally: Readonly<Record<string, number>>;
    readonly acknowledged: Readonly<Record<string, number>>;
    readonly devices: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly deployments: readonly {
    readonly key: string;
    readonly superseded: readonly string[];
    readonly acknowledged: readonly string[];
  }[];
  readonly orders: readonly Readonly<Record<string, unknown>>[];
};

function read(entry: StatusEntry): Document {
  return JSON.parse(renderStatusJson(entry)) as Document;
}

/** By the names of the golden files. */
const WORDS: Readonly<Record<string, string>> = {
  running: 'running',
  'runner-gone': 'runner-gone',
  interrupted: 'interrupted',
  stopped: 'stopped',
  'in-doubt': 'in-doubt',
  announced: 'in-doubt',
  'halted-watched': 'halted',
  'halted-unwatched': 'halted',
  halted: 'halted',
  refused: 'halted',
  completed: 'completed',
  'not-started': 'not-started',
  'gate-tried': 'running',
  'gate-failed': 'halted',
  'hook-failed': 'halted',
  'rollback-offered': 'halted',
  'taken-back': 'halted',
  'taken-back-by-its-plan': 'halted',
  soaking: 'running',
  'soak-is-long': 'waiting',
  'failed-in-its-soak': 'halted',
  'waiting-for-approval': 'waiting',
  'waiting-for-window': 'waiting',
  'approval-has-lapsed': 'waiting',
  'too-few-online': 'waiting',
  'ready-approved': 'ready',
  'paused-watched': 'paused',
  paused: 'paused',
  'paused-unwatched': 'paused',
  'paused-in-doubt': 'in-doubt',
  'aborted-watched': 'aborted',
  aborted: 'aborted',
  'aborted-without-runner': 'aborted',
  'aborted-after-halt': 'aborted',
  'ready-resumed': 'ready',
  'ready-resumed-after-pause': 'ready',
  'ready-retried': 'ready',
  'ready-settled': 'ready',
  'ready-retried-after-kill': 'ready',
  closed: 'halted',
  'retry-under-way': 'running',
  'halted-again': 'halted',
  'halted-in-doubt': 'halted',
  'completed-with-acknowledged': 'completed',
  'timed-out-and-retried': 'running',
  'order-refused': 'running',
  'order-pending': 'running',
  'order-not-taken-up': 'running',
  'order-pending-without-runner': 'interrupted',
  'in-doubt-spaced': 'in-doubt',
};

describe('a status as JSON', () => {
  const schema = readSchema('status') as {
    readonly properties: { readonly status: { readonly enum: readonly string[] } };
  };
  const validate = compileSchema('status');

  test('is as its schema says, after every event', () => {
    for (const { state } of everyEvent()) {
      for (const isHeld of [true, false]) expectValid(validate, [read({ state, isHeld })]);
    }
  });

  test('is as its schema says, in every situation', () => {
    for (const entry of entries) expectValid(validate, [read(entry)]);
  });

  test('has a word in the schema for every situation there is, and no other', () => {
    const words = new Set(entries.map((entry) => read(entry).status));
    expect([...words].sort()).toEqual(schema.properties.status.enum.toSorted());
  });

  test.each([
    ['a property too many', { surplus: 1 }],
    ['an order without its giver', { orders: [{ kind: 'pause' }] }],
    ['a round before the first', { round: 0 }],
    ['another version', { version: 2 }],
  ])('with %s is not as its schema says', (_, change) => {
    const document = read({ state: toHalt().state, isHeld: false });
    expect(validate(document)).toBe(true);
    expect(validate({ ...document, ...change })).toBe(false);
  });

  test('has every device of a wave in exactly one list, and tallies that agree, whatever has happened', () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(randomRollouts, (told) => {
        const entry = { state: told.state, isHeld: false };
        expectValid(validate, [read(entry)]);
        const document = read(entry);
        seen.add(document.status);
        for (const type of told.types()) seen.add(type);
        for (const [index, wave] of document.waves.entries()) {
          const { devices } = present(told.state.plan.waves[index], 'a wave');
          expect(Object.values(wave.devices).flat().toSorted()).toEqual(devices.toSorted());
          expect(lengths(wave.devices)).toEqual(wave.tally);
          expect(acknowledgedIn(document, wave)).toEqual(wave.acknowledged);
          for (const { deviceOutcome, total, acknowledged, devices: failing } of FAILURES.map(
            (deviceOutcome) => failingDevices(told.state, deviceOutcome, Infinity),
          )) {
            expect(failing).toHaveLength(total);
            expect(failing.filter(({ isAcknowledged }) => isAcknowledged)).toHaveLength(acknowledged);
            expect(total).toBe(document.tally[deviceOutcome]);
          }
        }
      }),
      { numRuns: 500, seed: 3 },
    );
    // What chance has told includes what this is about.
    for (const word of [
      'wave-retried',
      'rollout-resumed',
      'deployment-settled',
      'aborted',
      'paused',
      'completed',
    ]) {
      expect(seen).toContain(word);
    }
  });

  test('lists a device that was tried again by its latest attempt, and says which attempt is history', () => {
    const document = read({ state: STORIES['retry-under-way']().state, isHeld: true });
    const [, berlin] = document.waves;
    expect(berlin).toMatchObject({
      batches: { planned: 2, retries: 1 },
      devices: { failed: [], rejected: ['berlin-2'] },
    });
    expect(berlin?.devices['accepted']).toContain('berlin-3');
    expect(document.deployments.find(({ key }) => key === 'berlin/1')?.superseded).toEqual([
      'berlin-1',
      'berlin-2',
      'berlin-3',
      'berlin-4',
    ]);
  });

  test('tells the orders that were answered, and after them those that wait', () => {
    const told = STORIES['order-refused']();
    const left = settlement(told, 'berlin/1', { kind: 'adopted', deploymentId: '5f0c' as DeploymentId });
    const { orders } = read({ state: told.state, isHeld: true, holder: HOLDER, orders: [left] });
    expect(orders).toEqual([
      {
        kind: 'retry',
        wave: null,
        id: 'retry-10',
        by: 'bo',
        host: 'ops-1',
        reason: 'again, please',
        givenAt: '2026-01-05T08:00:09.500Z',
        takenUpAt: '2026-01-05T08:00:10.000Z',
        refusal: 'it is not halted: only a halted wave can be retried',
      },
      {
        kind: 'settle',
        wave: null,
        id: 'pause-11',
        by: 'ana',
        host: 'ops-1',
        reason: 'looked in the portal',
        givenAt: '2026-01-05T08:00:10.500Z',
        takenUpAt: null,
        refusal: null,
        deployment: 'berlin/1',
        settlement: { kind: 'adopted', deploymentId: '5f0c' },
      },
    ]);
  });

  test('says why it halted, and what became of each deployment', async () => {
    const { state } = toHalt().tell({ type: 'grace-ended', unfinished: 8 });
    await expect(renderStatusJson({ state, isHeld: false })).toMatchFileSnapshot(
      'golden/status-halted.json.txt',
    );
  });

  test.each(Object.entries(WORDS))('calls %s so: %s', (name, status) => {
    expect(read(present(ALL[name], name)).status).toBe(status);
  });

  test('calls every situation something', () => {
    const told = Object.entries(ALL).filter(([, { stop }]) => stop === undefined);
    expect(Object.keys(WORDS)).toEqual(told.map(([name]) => name));
  });
});

function lengths(lists: Readonly<Record<string, readonly string[]>>): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(lists).map(([deviceStatus, serials]) => [deviceStatus, serials.length]),
  );
}

/** Counted from the lists: the acknowledged devices of the deployments, less those that a later attempt holds. */
function acknowledgedIn(
  { deployments }: Document,
  { devices }: Document['waves'][number],
): Readonly<Record<string, number>> {
  const current = new Set(
    deployments.flatMap(({ acknowledged, superseded }) =>
      acknowledged.filter((serial) => !superseded.includes(serial)),
    ),
  );
  return lengths(
    Object.fromEntries(
      Object.entries(devices).map(([deviceStatus, serials]) => [
        deviceStatus,
        // One that succeeded after all is a failure no more.
        FAILURES.some((bucket) => bucket === deviceStatus)
          ? serials.filter((serial) => current.has(serial))
          : [],
      ]),
    ),
  );
}
