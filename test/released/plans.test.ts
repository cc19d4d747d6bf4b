/** Plans that releases have read and saved: they come to the same plan, under the same digest, for ever. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readPlan } from '../../src/cli/read-plan.ts';
import { digestPlan } from '../../src/plan/digest.ts';
import type { RolloutPlan } from '../../src/plan/rollout-plan.ts';
import { namesIn } from './records.ts';

const PLANS = join(import.meta.dirname, '0.1', 'plans');
const NAMES = namesIn(PLANS).flatMap((name) => /^(.*)\.saved\.json$/.exec(name)?.[1] ?? []);

async function read(path: string) {
  const { plan, diagnostics, problem } = await readPlan(
    {
      path,
      isNeeded: true,
      allowOutside: false,
      isStoreOpened: true,
      state: join(PLANS, 'record'),
    },
    { cwd: PLANS, env: {}, clock: { now: () => 0, sleepUntil: () => Promise.resolve() } },
  );
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect({ problem, errors }).toEqual({ problem: null, errors: [] });
  return plan;
}

function savedAs(name: string) {
  return JSON.parse(readFileSync(join(PLANS, `${name}.saved.json`), 'utf8')) as {
    readonly digest: string;
    readonly plan: RolloutPlan;
  };
}

test('there are plans of 0.1', () => {
  expect(NAMES).toEqual(['by-artifact-file', 'every-key', 'files-and-lists', 'smallest']);
});

describe.each(NAMES)('a plan of 0.1, %s,', (name) => {
  test('has the digest that 0.1 gave it', async () => {
    const plan = await read(`${name}.yaml`);
    expect(plan).toEqual(savedAs(name).plan);
    expect(plan === null ? null : digestPlan(plan)).toBe(savedAs(name).digest);
  });

  test('loads as 0.1 saved it', async () => {
    const plan = await read(`${name}.saved.json`);
    expect(plan).toEqual(savedAs(name).plan);
    expect(plan === null ? null : digestPlan(plan)).toBe(savedAs(name).digest);
  });
});
