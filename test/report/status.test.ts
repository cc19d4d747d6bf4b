import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { renderStatusJson } from '../../src/report/status-json.ts';
import { renderStatusList } from '../../src/report/status.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { everyEvent, intended, NO_ANSWER, onRecord, stopped, toBerlin, toHalt } from './told.ts';

const entries = [
  { state: toBerlin().deploy('berlin').state, isHeld: true },
  { state: toBerlin().deploy('berlin').state, isHeld: false },
  { state: toBerlin().tell(stopped('interrupted', 'stopped by a signal')).state, isHeld: false },
  { state: toBerlin().tell(stopped('environment', 'the API did not answer for 15m.')).state, isHeld: false },
  {
    state: toBerlin().tell(intended(), {
      type: 'deployment-doubted',
      deployment: 'berlin/1',
      failure: NO_ANSWER,
    }).state,
    isHeld: false,
  },
  { state: toHalt().state, isHeld: true },
  { state: toHalt().tell({ type: 'grace-ended', unfinished: 8 }).state, isHeld: false },
  { state: onRecord(), isHeld: false },
];

describe('the list of rollouts', () => {
  const now = Date.UTC(2026, 0, 5, 9);

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
  readonly halt: unknown;
  readonly waves: readonly {
    readonly name: string;
    readonly devices: Readonly<Record<string, readonly string[]>>;
  }[];
  readonly deployments: readonly unknown[];
};

function read(state: RolloutState, isHeld = false): Document {
  return JSON.parse(renderStatusJson({ state, isHeld })) as Document;
}

describe('a status as JSON', () => {
  const schema = JSON.parse(readFileSync('schemas/status.schema.json', 'utf8')) as object;
  const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema);

  test('is as its schema says, after every event', () => {
    for (const { state } of everyEvent()) {
      for (const isHeld of [true, false]) {
        validate(read(state, isHeld));
        expect(validate.errors ?? []).toEqual([]);
      }
    }
  });

  test('has every device of a wave in exactly one list', () => {
    for (const { state } of everyEvent()) {
      for (const [index, { devices }] of read(state).waves.entries()) {
        const wave = state.waves[index];
        expect(Object.values(devices).flat().toSorted()).toEqual(wave?.wave.devices.toSorted());
        expect(
          Object.fromEntries(Object.entries(devices).map(([key, serials]) => [key, serials.length])),
        ).toEqual(wave?.tally);
      }
    }
  });

  test('says why it halted, and what became of each deployment', async () => {
    const { state } = toHalt().tell({ type: 'grace-ended', unfinished: 8 });
    await expect(renderStatusJson({ state, isHeld: false })).toMatchFileSnapshot(
      'golden/status-halted.json.txt',
    );
  });

  test.each([
    ['running', 0],
    ['runner-gone', 1],
    ['interrupted', 2],
    ['stopped', 3],
    ['in-doubt', 4],
    ['halted', 5],
    ['halted', 6],
    ['not-started', 7],
  ])('calls it %s', (status, index) => {
    const entry = entries[index];
    expect(entry === undefined ? null : read(entry.state, entry.isHeld).status).toBe(status);
  });
});
