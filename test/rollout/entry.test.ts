import { describe, expect, test } from 'vitest';
import type { PlanDigest } from '../../src/plan/identifiers.ts';
import { comparePlans, decideEntry } from '../../src/rollout/entry.ts';
import { DIGEST, makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';

const PLAN = makePlan([makeWave('canary', 1), makeWave('rest', 2)]);
const WANTED = { plan: PLAN, digest: DIGEST, simulated: false };

test('a name without a record starts', () => {
  expect(decideEntry(null, WANTED)).toEqual({ kind: 'start' });
});

test('an unfinished rollout goes on, also one that has halted and is still watched', () => {
  const running = new ToldRollout(PLAN);
  expect(decideEntry(running.state, WANTED).kind).toBe('go-on');
  const halted = new ToldRollout(makePlan([makeWave('w', 2)])).deploy('w').report('w/1', { failed: ['w-1'] });
  expect(decideEntry(halted.state, WANTED).kind).toBe('go-on');
});

test('a finished rollout is not run again', () => {
  const done = new ToldRollout(makePlan([makeWave('w', 1)])).deploy('w').report('w/1', { success: ['w-1'] });
  expect(decideEntry(done.state, WANTED).kind).toBe('finished');
});

test('a simulated record and a real run do not meet', () => {
  expect(decideEntry(new ToldRollout(PLAN).state, { ...WANTED, simulated: true }).kind).toBe('other-world');
});

test('another plan under the same name is refused', () => {
  const changed = {
    ...WANTED,
    digest: 'e'.repeat(64) as PlanDigest,
    plan: { ...PLAN, region: 'eu' as const },
  };
  expect(decideEntry(new ToldRollout(PLAN).state, changed)).toMatchObject({
    kind: 'plan-changed',
    changes: ['region'],
  });
});

describe('what differs between two plans', () => {
  test.each([
    ['nothing', PLAN, []],
    [
      'a wave',
      makePlan([makeWave('canary', 1), makeWave('rest', 3, { timeoutMs: 1 })]),
      ['wave rest: devices, timeoutMs, batch'],
    ],
    ['a new wave', makePlan([...PLAN.waves, makeWave('more', 1)]), ['wave more: added']],
    ['a wave less', makePlan(PLAN.waves.slice(0, 1)), ['wave rest: removed']],
    ['the order', makePlan(PLAN.waves.toReversed()), ['the order of the waves']],
    ['the artifact', { ...PLAN, artifact: { uuid: 'another' as never } }, ['artifact']],
  ])('%s', (_, after, changes) => {
    expect(comparePlans(PLAN, after)).toEqual(changes);
  });
});
