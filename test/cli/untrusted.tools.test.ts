/** A checkout of somebody's pull request, full of traps, and what is asked of the system while its plans are looked at. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { COMMAND } from '../kit/command.ts';
import { ARTIFACT_NAME } from '../kit/artifacts.ts';
import { makeFolder } from '../kit/folders.ts';
import { makeRepository } from '../kit/repositories.ts';
import { trace } from '../kit/trace.ts';

const TRAP =
  "require('node:fs').writeFileSync('trap', ''); require('node:child_process').execSync('touch trap')";

/** Everything that a plan may have run, and every place that is known to be run by somebody. */
const FILES: Readonly<Record<string, string>> = {
  'repository/.git/HEAD': 'ref: refs/heads/main\n',
  'repository/.git/config':
    '[core]\n\tfsmonitor = touch trap\n\tpager = touch trap\n\tsshCommand = touch trap\n',
  'repository/.git/hooks/post-checkout': '#!/bin/sh\ntouch trap\n',
  'repository/plans/plan.yaml': `version: 1
name: kiosk-1
region: us
artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }
rollback: { artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d21 }, automatic: true }
hooks:
  beforeRollout: { name: before, run: [touch, trap] }
  afterWave: { name: after, run: [./trap.sh] }
waves:
  - name: first
    devices: { file: ../fleet/near.txt }
    gates: [{ name: gate, run: [touch, trap] }]
  - name: second
    devices: [k-3]
`,
  'repository/plans/artifact.yaml': `version: 1
name: kiosk-2
region: us
artifact: { file: ../build/${ARTIFACT_NAME} }
waves: [{ name: first, devices: [k-1] }]
`,
  'repository/plans/out.yaml': `version: 1
name: kiosk-3
region: us
artifact: { file: ../../outside/${ARTIFACT_NAME} }
waves:
  - { name: first, devices: { file: ../../outside/fleet.txt } }
  - { name: second, devices: { file: linked.txt } }
  - { name: third, devices: { file: linked/fleet.txt } }
  - { name: fourth, devices: { file: /etc/hostname.txt } }
`,
  [`repository/build/${ARTIFACT_NAME}`]: 'firmware',
  'repository/fleet/a.txt': 'k-1\nk-2\n',
  'repository/breakwater.config.js': TRAP,
  'repository/.breakwaterrc.js': TRAP,
  'repository/.breakwaterrc.ts': TRAP,
  'repository/.config/config.js': TRAP,
  'repository/.config/config.cjs': TRAP,
  'repository/plans/.breakwaterrc': 'state: ../../outside/records\ncredentials: { command: [touch, trap] }\n',
  'repository/package.json':
    '{ "type": "module", "cosmiconfig": { "searchPlaces": ["breakwater.config.js"] } }',
  'repository/node_modules/typescript/index.js': TRAP,
  'repository/node_modules/pg-native/index.js': TRAP,
  'repository/plans/trap.sh': '#!/bin/sh\ntouch trap\n',
  'repository/.env': 'NODE_OPTIONS=--require=./breakwater.config.js\n',
  'outside/fleet.txt': 'k-4\n',
  'outside/records/artifacts.json': '[]',
  [`outside/${ARTIFACT_NAME}`]: 'firmware',
};

function checkOut(): { readonly cwd: string; readonly outside: string } {
  const world = makeFolder();
  for (const [path, text] of Object.entries(FILES)) {
    mkdirSync(dirname(join(world, path)), { recursive: true });
    writeFileSync(join(world, path), text, { mode: 0o755 });
  }
  const cwd = join(world, 'repository');
  symlinkSync('a.txt', join(cwd, 'fleet/near.txt'));
  symlinkSync('../../outside/fleet.txt', join(cwd, 'plans/linked.txt'));
  symlinkSync('../../outside/fleet.txt', join(cwd, 'plans/linked.yaml'));
  symlinkSync('../../outside', join(cwd, 'plans/linked'));
  return { cwd, outside: join(world, 'outside') };
}

async function look(args: readonly string[]) {
  const { cwd, outside } = checkOut();
  const traced = await trace([process.execPath, COMMAND, ...args], { cwd });
  const { programs, processes, changed, network, seen } = traced;
  return {
    ...traced,
    cwd,
    asked: {
      programs,
      processes,
      changed,
      network,
      outside: seen.filter((path) => path.startsWith(outside)),
    },
  };
}

const NOTHING = { programs: [process.execPath], processes: 0, changed: [], network: [], outside: [] };

describe('of the system is asked to run nothing, to change nothing, and for nothing outside, by', () => {
  test.each<[number, ...string[]]>([
    [0, 'validate', 'plans/plan.yaml'],
    [0, 'validate', 'plans/artifact.yaml', '--format', 'json'],
    [2, 'validate', 'plans/out.yaml', '--format', 'github'],
    [2, 'validate', 'plans/out.yaml', '--format', 'sarif'],
    [2, 'validate', 'plans/plan.yaml', 'plans/out.yaml', 'plans/linked.yaml'],
    [0, 'plan', 'plans/plan.yaml', '--devices'],
    [0, 'plan', 'plans/plan.yaml', '--format', 'json'],
    [0, 'plan', 'plans/plan.yaml', '--format', 'markdown'],
    [0, 'diff', 'plans/plan.yaml', 'plans/plan.yaml'],
    [2, 'diff', 'plans/plan.yaml', 'plans/out.yaml', '--format', 'json'],
    [2, 'plan', 'plans/artifact.yaml'],
    [2, 'plan', 'plans/out.yaml'],
    [0, 'plan', 'plans/plan.yaml', '--format', 'markdown'],
    [0, 'diff', 'plans/plan.yaml', 'plans/plan.yaml'],
    [2, 'diff', 'plans/plan.yaml', 'plans/out.yaml'],
    [0, 'rehearse', 'plans/plan.yaml', '--trials', '2'],
    [0, 'settings', 'plans/plan.yaml'],
  ])('%#: exits with %i, %s %s', async (code, ...args) => {
    const { exitCode, asked, stdout, stderr } = await look(args);
    expect(asked).toEqual(NOTHING);
    expect({ exitCode, stdout, stderr }).toMatchObject({ exitCode: code });
  });
});

test('a plan that is to be saved is the one file that is written', async () => {
  const { exitCode, asked, cwd } = await look(['plan', 'plans/plan.yaml', '--out', 'saved.json']);
  expect(asked).toEqual({ ...NOTHING, changed: [join(cwd, 'saved.json')] });
  expect(exitCode).toBe(0);
});

test('plans are compared, in the tree and in git, by git alone, which changes nothing', async () => {
  const { root, git, write, commit } = makeRepository();
  const plan = FILES['repository/plans/plan.yaml'] ?? '';
  commit({ 'plans/plan.yaml': plan, 'fleet/near.txt': 'k-1\nk-2\n' });
  write({ 'plans/plan.yaml': plan.replace('[k-3]', '[k-3, k-4]'), 'trap.sh': '#!/bin/sh\ntouch trap\n' });
  chmodSync(join(root, 'trap.sh'), 0o755);
  for (const setting of ['core.fsmonitor', 'core.pager', 'core.sshCommand', 'core.editor', 'diff.external'])
    git('config', setting, join(root, 'trap.sh'));
  git('config', 'core.hooksPath', root);
  for (const [before, after] of [
    ['HEAD:plans/plan.yaml', 'plans/plan.yaml'],
    ['HEAD:plans/plan.yaml', 'main:plans/plan.yaml'],
  ]) {
    const args = ['diff', before ?? '', after ?? ''];
    const traced = await trace([process.execPath, COMMAND, ...args], { cwd: root });
    expect(traced).toMatchObject({ exitCode: 0, stderr: '', changed: [], network: [] });
    const [first, ...others] = traced.programs;
    expect(first).toBe(process.execPath);
    expect(others.filter((program) => !/\/git$/.test(program))).toEqual([]);
    expect(others).not.toEqual([]);
  }
});

test('what is run, changed, sent and seen shows in the trace', async () => {
  const cwd = makeFolder();
  const script = `
    const fs = require('node:fs');
    fs.writeFileSync('written', ''); fs.mkdirSync('made'); fs.renameSync('written', 'renamed'); fs.unlinkSync('renamed');
    fs.chmodSync('made', 0o700); fs.symlinkSync('a', 'link'); fs.existsSync('/there/is/nothing');
    require('node:child_process').execFileSync('true');
    require('node:net').connect(9, '127.0.0.1').on('error', () => {});`;
  const traced = await trace([process.execPath, '-e', script], { cwd });
  const at = (name: string) => join(cwd, name);
  expect(traced.changed).toEqual(
    expect.arrayContaining(['written', 'made', 'renamed', 'link'].map(at)) as readonly string[],
  );
  expect(traced.changed).toHaveLength(8);
  expect(traced.programs.at(-1)).toMatch(/\/true$/);
  expect(traced.processes).toBeGreaterThan(0);
  expect(traced.seen).toContain('/there/is/nothing');
  expect(traced.network.join('\n')).toContain('connect(');
});
