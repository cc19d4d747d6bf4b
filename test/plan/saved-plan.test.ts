import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { digestPlan, sortKeys } from '../../src/plan/digest.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { isSavedPlan } from '../../src/plan/read-plan-document.ts';
import { parseSavedPlan, renderSavedPlan } from '../../src/plan/saved-plan.ts';
import { HEAD, load } from './files.ts';

const TEXT = `${HEAD}description: "Käse\\u2028 \\ud83d\\ude00"
arguments: { channel: stable, a: b }
maxFailures: 50%
waves:
  - name: canary
    devices: [a1, a2, a3]
    minSuccess: 2
  - name: rest
    devices: [b1, b2]
    maxFailures: 50%
    batch: { size: 1, parallel: 2 }
`;

const plan = present(load(TEXT).plan, 'the plan');
const parse = (text: string) => parseSavedPlan({ path: 'saved.json', text });

type Loose = { [key: string]: Loose };

/** The saved plan, changed by `change`, and with the digest of what it then is. */
function forge(change: (plan: Loose) => void): string {
  const document = JSON.parse(renderSavedPlan(plan)) as { plan: RolloutPlan; digest: string };
  change(document.plan as unknown as Loose);
  return JSON.stringify({ ...document, digest: digestPlan(document.plan) });
}

describe('a digest', () => {
  test('is SHA-256 over JSON without spaces and with sorted keys', () => {
    const canonical = JSON.stringify(sortKeys(plan));
    expect(canonical.startsWith('{"artifact":{"uuid":')).toBe(true);
    expect(digestPlan(plan)).toBe(createHash('sha256').update(canonical).digest('hex'));
  });

  test('does not depend on the order of keys', () => {
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as RolloutPlan;
    expect(digestPlan(turned)).toBe(digestPlan(plan));
  });

  test('depends on the order of waves and of devices, and on every value', () => {
    const others: readonly RolloutPlan[] = [
      { ...plan, waves: plan.waves.toReversed() },
      { ...plan, waves: plan.waves.map((wave) => ({ ...wave, devices: wave.devices.toReversed() })) },
      { ...plan, description: null },
      { ...plan, haltGraceMs: plan.haltGraceMs + 1 },
      { ...plan, waves: plan.waves.map((wave) => ({ ...wave, arguments: { ...wave.arguments, a: 'c' } })) },
    ];
    expect(new Set([plan, ...others].map(digestPlan)).size).toBe(others.length + 1);
  });

  test('stays what it is from one release to the next', () => {
    expect(digestPlan(plan)).toBe('3f2dd45b7db6eca1c05e11adc1b534acca018f190f5fa72821c39b985d844ae7');
  });
});

describe('a saved plan', () => {
  test('comes back as it was', () => {
    expect(parse(renderSavedPlan(plan))).toEqual({ plan, diagnostics: [] });
    const state = { place: '/srv/records', isDefault: true };
    expect(parse(renderSavedPlan(plan, state))).toEqual({ plan, diagnostics: [], state });
  });

  test('is the same text for the same plan, whatever the order of its keys', () => {
    const turned = Object.fromEntries(Object.entries(plan).reverse()) as RolloutPlan;
    expect(renderSavedPlan(turned)).toBe(renderSavedPlan(plan));
    expect(renderSavedPlan(plan).endsWith('}\n')).toBe(true);
  });

  test('may be formatted in another way', () => {
    const text = JSON.stringify(JSON.parse(renderSavedPlan(plan)));
    expect(isSavedPlan(text)).toBe(true);
    expect(parse(text).plan).toEqual(plan);
  });

  test('is told from a plan file by how it begins', () => {
    expect(isSavedPlan(renderSavedPlan(plan))).toBe(true);
    expect(isSavedPlan(TEXT)).toBe(false);
    expect(isSavedPlan('')).toBe(false);
    expect(isSavedPlan('{ "version": 1 }')).toBe(false);
    expect(isSavedPlan(`# {\n# "format": "breakwater/saved-plan"\n${TEXT}`)).toBe(false);
  });
});

describe('a saved plan is refused', () => {
  const saved = renderSavedPlan(plan);

  test.each<[string, string, string]>([
    ['when it is empty', '', 'saved-plan-damaged'],
    ['when it is cut short', saved.slice(0, -40), 'saved-plan-damaged'],
    ['when it is no object', '[]', 'saved-plan-version'],
    ['when its version is another', saved.replace('"version": 1', '"version": 2'), 'saved-plan-version'],
    ['when its version is text', saved.replace('"version": 1', '"version": "1"'), 'saved-plan-version'],
    ['when it has no digest', saved.replace('"digest"', '"digests"'), 'saved-plan-damaged'],
    ['when its format is another', saved.replace('saved-plan"', 'plan"'), 'saved-plan-damaged'],
    ['when a value was changed', saved.replace('"stable"', '"canary"'), 'saved-plan-digest'],
    ['when a device was added', saved.replace('"b1",', '"b1", "b9",'), 'saved-plan-digest'],
    ['when its digest was changed', saved.replace(/"digest": "./, '"digest": "x'), 'saved-plan-damaged'],
    [
      'when its version is nested deeply',
      saved.replace('"version": 1', `"version": ${'['.repeat(200_000)}${']'.repeat(200_000)}`),
      'saved-plan-version',
    ],
    ['when it is nested without end', '['.repeat(100_000), 'saved-plan-damaged'],
    ['when it is nested deeply', `${'['.repeat(200_000)}${']'.repeat(200_000)}`, 'saved-plan-version'],
    [
      'when its plan is nested deeply',
      saved.replace('"stable"', `${'['.repeat(200_000)}${']'.repeat(200_000)}`),
      'saved-plan-damaged',
    ],
  ])('%s', (_name, text, code) => {
    const { plan: found, diagnostics } = parse(text);
    expect(found).toBeNull();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });

  test('with the place where it was cut', () => {
    const cut = saved.slice(0, 300);
    expect(parse(cut).diagnostics[0]?.place.range?.start).toBe(cut.trimEnd().length);
  });

  // Each of these has the digest of its content: only the rules of plans are left to refuse it.
  test.each<[string, (plan: Loose) => void, string]>([
    ['with a key that it does not know', (it) => Object.assign(it, { gates: [] }), 'saved-plan-damaged'],
    ['without one that it needs', (it) => delete it['region'], 'saved-plan-damaged'],
    ['with no wave', (it) => Object.assign(it, { waves: [] }), 'saved-plan-damaged'],
    [
      'with no device',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { devices: [] }),
      'saved-plan-damaged',
    ],
    [
      'with a serial that is none',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { devices: ['a b'] }),
      'saved-plan-damaged',
    ],
    [
      'with a device in two waves',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { devices: ['a1', 'a2', 'b1'] }),
      'duplicate-device',
    ],
    [
      'with a device twice in one',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { devices: ['a1', 'a2', 'a1'] }),
      'duplicate-device',
    ],
    [
      'with two waves of one name',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { name: 'rest' }),
      'duplicate-wave',
    ],
    [
      'with a wave that nothing judges',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { minSuccess: null }),
      'saved-plan-damaged',
    ],
    [
      'with a need above its devices',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { minSuccess: { count: 4 } }),
      'min-success-above-wave',
    ],
    [
      'with a threshold of two kinds',
      (it) => Object.assign(it, { maxFailures: { count: 1, partsPerMillion: 1 } }),
      'saved-plan-damaged',
    ],
    ['with a threshold of none', (it) => Object.assign(it, { maxFailures: {} }), 'saved-plan-damaged'],
    [
      'with a negative time-out',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { timeoutMs: -1 }),
      'saved-plan-damaged',
    ],
    [
      'with a batch of nothing',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { batch: { size: 0, parallel: 1 } }),
      'saved-plan-damaged',
    ],
    [
      'with an argument that is no text',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { arguments: { a: 1 } }),
      'saved-plan-damaged',
    ],
    [
      'with an argument over two lines',
      (it) => Object.assign(it['waves']?.['0'] ?? {}, { arguments: { a: 'b\nc' } }),
      'argument-has-control-character',
    ],
    ['with a name that is a path', (it) => Object.assign(it, { name: '../other' }), 'saved-plan-damaged'],
    [
      'with an artifact in capitals',
      (it) => Object.assign(it['artifact'] ?? {}, { uuid: 'A5AE26CF-3B80-4F7A-8BD1-6DFB1D3A125A' }),
      'saved-plan-damaged',
    ],
  ])('%s', (_name, change, code) => {
    const { plan: found, diagnostics } = parse(forge(change));
    expect(found).toBeNull();
    expect(diagnostics.map((diagnostic) => diagnostic.code)).toContain(code);
  });

  test('but not when it was only forged into another plan that is sound', () => {
    const { plan: found } = parse(forge((it) => Object.assign(it, { region: 'eu' })));
    expect(found?.region).toBe('eu');
  });
});

test.each(['records', '', './x', 'mysql://db/x'])(
  'a saved plan that names %j for its record is refused',
  (place) => {
    const text = renderSavedPlan(plan, { place, isDefault: true });
    expect(parse(text)).toMatchObject({ plan: null, diagnostics: [{ code: 'saved-plan-damaged' }] });
  },
);
