import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { describePlanFile, locatePlanFile } from '../../src/host/plan-file.ts';
import { makeFolder } from '../kit/folders.ts';

function makeClone(): string {
  const root = makeFolder();
  mkdirSync(join(root, '.git'));
  mkdirSync(join(root, 'plans/deep'), { recursive: true });
  writeFileSync(join(root, 'plans/plan.yaml'), '');
  return root;
}

test('a plan of a repository is found in another clone, from any of its folders', () => {
  const [one, other] = [makeClone(), makeClone()];
  expect(describePlanFile('../plan.yaml', { cwd: join(one, 'plans/deep'), env: {} })).toBe('plans/plan.yaml');
  expect(locatePlanFile('plans/plan.yaml', { cwd: join(other, 'plans/deep'), env: {} })).toEqual({
    path: join('..', 'plan.yaml'),
    isInside: true,
  });
});

test('a plan outside any repository is named in full, or from the workspace of its job', () => {
  const folder = makeFolder();
  writeFileSync(join(folder, 'plan.yaml'), '');
  expect(describePlanFile('plan.yaml', { cwd: folder, env: {} })).toBe(join(folder, 'plan.yaml'));
  const env = { GITHUB_WORKSPACE: folder };
  expect(describePlanFile('plan.yaml', { cwd: folder, env })).toBe('plan.yaml');
  expect(locatePlanFile('plan.yaml', { cwd: '/', env })).toMatchObject({ isInside: true });
});

test('what is no file is not on record', () => {
  const cwd = makeFolder();
  expect(describePlanFile('/dev/stdin', { cwd, env: {} })).toBeNull();
  expect(describePlanFile('missing.yaml', { cwd, env: {} })).toBeNull();
});

test.each(['../plan.yaml', 'plans/../../plan.yaml', './plan.yaml', 'plans//plan.yaml', ''])(
  'a record that names %j leads nowhere',
  (recorded) => {
    const root = makeClone();
    writeFileSync(join(root, '..', 'plan.yaml'), '');
    expect(locatePlanFile(recorded, { cwd: join(root, 'plans'), env: {} })).toBeNull();
  },
);

test('a plan that is elsewhere is found, and told to be outside', () => {
  const [root, elsewhere] = [makeClone(), makeFolder()];
  const plan = join(elsewhere, 'plan.yaml');
  writeFileSync(plan, '');
  expect(locatePlanFile(plan, { cwd: root, env: {} })).toEqual({ path: plan, isInside: false });
  symlinkSync(plan, join(root, 'plans/link.yaml'));
  expect(locatePlanFile('plans/link.yaml', { cwd: root, env: {} })).toMatchObject({ isInside: false });
  const state = join(root, '.breakwater');
  expect(locatePlanFile('plans/plan.yaml', { cwd: elsewhere, env: {} }, [state])).toMatchObject({
    isInside: false,
  });
});
