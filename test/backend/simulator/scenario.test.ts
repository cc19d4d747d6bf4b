import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../../src/findings/render-text.ts';
import type { FileReader } from '../../../src/document/file-reader.ts';
import { loadScenario, parseShare } from '../../../src/backend/simulator/load-scenario.ts';
import {
  FAULT_NAMES,
  faultRule,
  SCENARIO_DEFAULTS,
  SHARED_OUTCOMES,
  UPLOAD_FAULT_NAMES,
} from '../../../src/backend/simulator/scenario.ts';
import type { Scenario } from '../../../src/backend/simulator/scenario.ts';

const ROOT = join(import.meta.dirname, '../../..');
const FIXTURES = join(ROOT, 'test', 'fixtures', 'simulator', 'scenarios');
const EXAMPLES = join(ROOT, 'examples', 'scenarios');

/** Reads from `folder`, by names that mean the same on every machine. */
function readerOf(folder: string): FileReader {
  return (path) => ({ kind: 'read', bytes: readFileSync(join(folder, path)) });
}

function findingsOf(path: string, readFile: FileReader): string {
  const { scenario, diagnostics, sources } = loadScenario(path, readFile);
  expect(scenario === null).toBe(diagnostics.length > 0);
  return renderDiagnostics(diagnostics, sources, { colour: false });
}

function parse(text: string): Scenario | null {
  const bytes = new TextEncoder().encode(text);
  return loadScenario('inline.yaml', () => ({ kind: 'read', bytes })).scenario;
}

describe('what is wrong in a scenario is told all at once:', () => {
  test.each(['unknown-keys', 'wrong-values', 'wrong-meaning', 'empty'])('%s', async (name) => {
    const text = findingsOf(`${name}.yaml`, readerOf(FIXTURES));
    expect(text).not.toBe('');
    await expect(text).toMatchFileSnapshot(join(FIXTURES, `${name}.txt`));
  });

  test('a file that is not there', () => {
    const missing: FileReader = () => ({ kind: 'failed', problem: 'missing', message: 'ENOENT' });
    expect(findingsOf('fleet.yaml', missing)).toBe(
      'fleet.yaml: error[file-missing]: the scenario `fleet.yaml` does not exist\n' +
        '  help: check the path; it is relative to the current folder\n',
    );
  });
});

describe('a scenario', () => {
  test('that says nothing has every default', () => {
    expect(parse('version: 1')).toEqual(SCENARIO_DEFAULTS);
  });

  test('that says everything has nothing left out', () => {
    const { scenario } = loadScenario('full.yaml', readerOf(FIXTURES));
    expect(scenario).toEqual({
      seed: 42,
      clockSkewMs: -90_000,
      hasDate: false,
      bodyLimit: { bytes: 4096, status: 400 },
      forgotten: { afterMs: 600_000, deployments: [2] },
      account: ['007', '1234e5', 'a41c03c45e1c11ec9389bba7faa790bc'],
      artifacts: ['a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a'],
      answerShape: 'objects',
      rateLimit: { limit: 60, windowMs: 600_000, reset: 'seconds' },
      devices: {
        duration: { kind: 'uniform', fromMs: 60_000, toMs: 300_000 },
        shares: {
          failed: 20_000,
          rejected: 5_000,
          unknown: 2_500,
          stuck: 10_000,
          offline: 10_000,
          late: 10_000,
          vanish: 10_000,
          flip: 1,
          relapse: 2,
          contrary: 10_000,
          unlisted: 10_000,
          odd: 10_000,
        },
        lateAfterMs: 10_800_000,
        vanishAfterMs: 90_000,
        flipAfterMs: 240_000,
        relapseAfterMs: 1_800_000,
        word: 'processing',
        connection: 'abnormal',
      },
      overrides: [
        {
          serials: ['007', 'taipei-*'],
          deployments: [2, 3],
          share: 333_333,
          behaviour: {
            duration: { kind: 'lognormal', medianMs: 120_000, spread: 3, mostMs: 3_600_000 },
            shares: {},
            lateAfterMs: 3_600_000,
            vanishAfterMs: 1000,
            flipAfterMs: 250,
            relapseAfterMs: 2000,
            word: 'canceled',
            connection: 'unlisted',
          },
        },
        {
          serials: null,
          deployments: null,
          share: 1_000_000,
          behaviour: { duration: { kind: 'fixed', ms: 0 } },
        },
        {
          serials: null,
          deployments: null,
          share: 1_000_000,
          behaviour: {
            duration: { kind: 'lognormal', medianMs: 3_600_000, spread: 1.6, mostMs: 36_000_000 },
          },
        },
      ],
      faults: [
        {
          fault: 'slow',
          call: 'poll',
          share: 100_000,
          at: [1, 2],
          fromMs: 60_000,
          toMs: 120_000,
          delayMs: 5000,
          shiftMs: 9_000_000,
          rows: null,
        },
        faultRule({ fault: 'status-429', call: 'post', share: 0, at: [3] }),
        faultRule({ fault: 'forbidden' }),
        {
          fault: 'wrong-date',
          call: 'any',
          share: 1_000_000,
          at: [],
          fromMs: 0,
          toMs: Infinity,
          delayMs: 10_000,
          shiftMs: -7_200_000,
          rows: null,
        },
        faultRule({ fault: 'paged-list', rows: 50 }),
      ],
    } satisfies Scenario);
  });

  test.each([
    ['0%', 0],
    ['100%', 1_000_000],
    ['100.0%', 1_000_000],
    ['0.0001%', 1],
    ['0.29%', 2900],
    ['57.1%', 571_000],
  ])('reads the share %s as %i millionths', (text, share) => {
    expect(parseShare(text)).toBe(share);
  });
});

describe('the schema', () => {
  const schema = JSON.parse(readFileSync(join(ROOT, 'schemas', 'scenario.schema.json'), 'utf8')) as Schema;
  type Schema = {
    readonly description?: string;
    readonly $ref?: string;
    readonly default?: unknown;
    readonly examples?: readonly unknown[];
    readonly enum?: readonly string[];
    readonly properties?: Readonly<Record<string, Schema>>;
    readonly items?: Schema;
    readonly $defs?: Readonly<Record<string, Schema>>;
  };

  test('names every fault and every outcome', () => {
    const names = [...FAULT_NAMES, ...UPLOAD_FAULT_NAMES];
    expect(schema.$defs?.['fault']?.enum).toEqual(names);
    for (const name of names) expect(schema.$defs?.['fault']?.description).toContain(`\`${name}\``);
    expect(Object.keys(schema.$defs?.['outcomes']?.properties ?? {}).sort()).toEqual(
      [...SHARED_OUTCOMES].sort(),
    );
  });

  test('describes every property, with a default or an example', () => {
    const walk = (part: Schema, path: string): readonly string[] => {
      const target =
        part.$ref === undefined ? {} : (schema.$defs?.[part.$ref.slice('#/$defs/'.length)] ?? {});
      const whole = { ...target, ...part };
      const isExplained = whole.description !== undefined;
      const isShown = [whole.default, whole.examples, whole.enum, whole.properties, whole.items].some(
        (said) => said !== undefined,
      );
      return [
        ...(isExplained && isShown ? [] : [path]),
        ...Object.entries(part.properties ?? {}).flatMap(([key, child]) => walk(child, `${path}.${key}`)),
        ...Object.entries(part.items?.properties ?? {}).flatMap(([key, child]) =>
          walk(child, `${path}[].${key}`),
        ),
        ...Object.entries(part.$defs ?? {}).flatMap(([key, child]) =>
          Object.entries(child.properties ?? {}).flatMap(([name, each]) => walk(each, `${key}.${name}`)),
        ),
      ];
    };
    expect(walk(schema, 'scenario')).toEqual([]);
  });

  test('tells the defaults that hold', () => {
    const defaultOf = (part: Schema | undefined, ...keys: readonly string[]): unknown =>
      keys.reduce<Schema | undefined>((at, key) => at?.properties?.[key], part)?.default;
    const behaviour = ['lateAfter', 'vanishAfter', 'flipAfter', 'relapseAfter', 'word']
      .map((key) => `  ${key}: ${String(schema.$defs?.[key]?.default)}`)
      .join('\n');
    const text = `version: 1
seed: ${String(defaultOf(schema, 'seed'))}
clockSkew: ${String(defaultOf(schema, 'clockSkew'))}
date: ${String(defaultOf(schema, 'date'))}
answerShape: ${String(defaultOf(schema, 'answerShape'))}
rateLimit: ${JSON.stringify({
      limit: defaultOf(schema, 'rateLimit', 'limit'),
      window: defaultOf(schema, 'rateLimit', 'window'),
      reset: defaultOf(schema, 'rateLimit', 'reset'),
    })}
devices:
${behaviour}
  outcomes: ${JSON.stringify(schema.$defs?.['outcomes']?.default)}
  duration: ${JSON.stringify(schema.$defs?.['durationModel']?.default)}
`;
    expect(parse(text)).toEqual(SCENARIO_DEFAULTS);
  });
});

describe('the example', () => {
  test.each(readdirSync(EXAMPLES))('%s is without findings', (name) => {
    expect(findingsOf(name, readerOf(EXAMPLES))).toBe('');
  });
});
