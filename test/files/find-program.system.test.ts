import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { openPlanFiles } from '../../src/files/plan-files.ts';
import { makeFolder } from '../kit/folders.ts';

const SCRIPT = '#!/bin/sh\n';
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n';

function makeRepository(): string {
  const root = join(makeFolder(), 'repository');
  const write = (path: string, text: string, mode = 0o755) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    chmodSync(join(root, path), mode);
  };
  write('.git/HEAD', 'ref');
  write('.git/hooks/check.sh', SCRIPT);
  write('plans/plan.yaml', '');
  write('plans/checks/error-rate.sh', SCRIPT);
  write('plans/checks/read.py', 'print()', 0o644);
  write('plans/checks/empty.sh', '');
  write('plans/checks/pointer.bin', POINTER);
  write('tools/ask.sh', SCRIPT);
  write('../outside/run.sh', SCRIPT);
  symlinkSync('../../../outside/run.sh', join(root, 'plans/checks/away.sh'));
  symlinkSync('error-rate.sh', join(root, 'plans/checks/link.sh'));
  return root;
}

function finderOf(allowOutside = false) {
  const files = openPlanFiles({ planPath: 'plans/plan.yaml', cwd: makeRepository(), allowOutside });
  return present(files.findProgram, 'it');
}

test.each([
  ['./checks/error-rate.sh', 'usable'],
  ['checks/error-rate.sh', 'usable'],
  ['../tools/ask.sh', 'usable'],
  ['./checks/link.sh', 'usable'],
  ['./checks', 'directory'],
  ['./checks/empty.sh', 'empty'],
  ['./checks/pointer.bin', 'git-lfs-pointer'],
  ['./checks/read.py', 'not-executable'],
])('%s is %s', (program, state) => {
  const found = finderOf()(program, 'program');
  expect('fault' in found ? found.fault : found.kind).toBe(state);
});

test('a script need not be executable', () => {
  expect(finderOf()('checks/read.py', 'script')).toEqual({ kind: 'usable' });
});

test.each([
  ['./checks/eror-rate.sh', './checks/error-rate.sh'],
  ['./check/error-rate.sh', './checks/error-rate.sh'],
  ['./chekcs/eror-rate.sh', './checks/error-rate.sh'],
  ['./checks/Error-Rate.sh', './checks/error-rate.sh'],
  ['./checks/error-rate', './checks/error-rate.sh'],
  ['./checks/error-rate.sh --max 2', './checks/error-rate.sh'],
  ['./plans/checks/error-rate.sh', './checks/error-rate.sh'],
  ['./tools/ask.sh', '../tools/ask.sh'],
  ['./nothing/like/it.sh', null],
])('for %s, %s is near', (program, nearest) => {
  expect(finderOf()(program, 'program')).toEqual({ kind: 'missing', nearest });
});

test.each([
  '../../outside/run.sh',
  '../../outside/none.sh',
  './checks/away.sh',
  '../.git/hooks/none.sh',
  '/bin/none',
])('of %s, which is outside, nothing is told unless the plan is trusted', (program) => {
  expect(finderOf()(program, 'program')).toEqual({ kind: 'usable' });
});

test('of a plan that is trusted, programs outside are looked at', () => {
  const find = finderOf(true);
  expect(find('../../outside/rum.sh', 'program')).toEqual({
    kind: 'missing',
    nearest: '../../outside/run.sh',
  });
  expect(find('./checks/away.sh', 'program')).toEqual({ kind: 'usable' });
});
