import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Option } from 'commander';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseCompletion } from '../../src/cli/completion/choose.ts';
import { breakwater, ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { listCommands, nameOf, openParser } from '../kit/parser.ts';
import { openProject, PLAN, QUICK } from '../kit/projects.ts';
import { SHELLS, typeInto } from '../kit/shells.ts';

const { program } = openParser();
const commands = program.commands.filter((command) => command.name() !== '__complete');

/** What follows `breakwater ` up to the cursor, as the shells' scripts pass it on. */
function choose(line: string): readonly string[] {
  const { choice, prefix } = chooseCompletion(program, line.split(' '));
  switch (choice.kind) {
    case 'words':
      return choice.words.map(({ text }) => prefix + text);
    case 'files':
      return ['files', ...choice.endings];
    case 'files-or-rollouts':
      return ['files', ...choice.endings];
    case 'folders':
    case 'codes':
    case 'topics':
      return [choice.kind];
    case 'recorded':
      return [choice.what];
  }
}

const takesValue = ({ required, optional }: Option) => required || optional;

describe('what may stand at the cursor', () => {
  test('is a command, where there is none yet', () => {
    expect(choose('')).toEqual(commands.map((command) => command.name()));
    expect(choose('help ')).toEqual(['topics']);
  });

  test.each(listCommands(program).map((command) => [nameOf(command), command] as const))(
    'is told for each argument and each flag of %s',
    (name, { options, registeredArguments }) => {
      const flags = options.map(({ long }) => long ?? '');
      expect(choose(`${name} -`)).toEqual([...flags, '--help']);
      // A placeholder that nobody has said the meaning of would throw.
      for (const flag of options.filter(takesValue)) choose(`${name} ${flag.long ?? ''} `);
      registeredArguments.forEach((_, index) => choose(`${name} ${'x '.repeat(index)}`));
    },
  );

  test.each([
    ['run ', ['files', 'yaml', 'yml', 'json']],
    ['validate a.yaml ', ['files', 'yaml', 'yml', 'json']],
    ['run a.yaml --progress ', ['auto', 'live', 'plain', 'json']],
    ['run a.yaml --progress=', ['--progress=auto', '--progress=live', '--progress=plain', '--progress=json']],
    ['run --simulate ', ['files', 'yaml', 'yml']],
    ['plan a.yaml --out ', ['files']],
    ['status --state ', ['folders']],
    ['status ', ['rollouts']],
    ['approve x --wave ', ['waves']],
    ['settle x --deployment ', ['deployments']],
    ['unlock x --holder ', ['holders']],
    ['pause x --reason ', []],
    ['pause x --color=', []],
    ['rnu ', []],
    ['artifact ', ['check', 'upload', 'help']],
    ['artifact upload ', ['files']],
    ['artifact upl', ['check', 'upload', 'help']],
    ['artifact help ', ['check', 'upload']],
    ['artifact upload x --region ', ['us', 'eu']],
    ['artifact upload x --region=', ['--region=us', '--region=eu']],
    ['artifact upload --state ', ['folders']],
    ['artifact upload --name ', []],
    ['--no-color artifact upload ', ['files']],
    ['settings ', ['files', 'yaml', 'yml', 'json']],
    ['completion ', ['bash', 'zsh', 'fish']],
    ['explain ', ['codes']],
    ['completion zsh -- ', []],
    ['unlock --state x --no-color y -', ['--holder', '--help']],
  ])('after %j it is %j', (line, expected) => {
    expect(choose(line)).toEqual(expected);
  });

  test('a flag that may go without a value is followed by one, by an argument or by a flag', () => {
    expect(choose('run --simulate s.yaml ')).toEqual(['files', 'yaml', 'yml', 'json']);
    expect(choose('run a.yaml --simulate --sp')).toContain('--speed');
  });

  test('a place of the record that was typed before is the one that is looked at', () => {
    for (const line of ['status --state=there ', 'status --state there '])
      expect(chooseCompletion(program, line.split(' ')).state).toBe('there');
  });
});

const APPROVED = PLAN.replace('devices: [k-3', 'approval: required\n    devices: [k-3').replace(
  'devices: [k-1',
  'approval: required\n    devices: [k-1',
);

const LOST = `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`;

describe('what is on record', () => {
  test('is completed: rollouts, and waves that wait for approval', async () => {
    const { cwd, run } = await openProject(QUICK, APPROVED);
    await run('run', 'plan.yaml', '--yes');
    const ask = async (...words: readonly string[]) => (await run('__complete', '--', ...words)).stdout;
    expect(await ask('status', '')).toBe('words\nkiosk-1\trollout');
    expect(await ask('run', 'kio')).toBe('words\nkiosk-1\trollout');
    expect(await ask('run', 'plan')).toBe('files yaml yml json');
    const waits = 'waits for approval';
    expect(await ask('approve', 'kiosk-1', '--wave', '')).toBe(
      `words\nfirst\t${waits}\nthe others\t${waits}`,
    );
    expect(await ask('settle', 'kiosk-1', '--deployment', '')).toBe('words');
    expect(await ask('approve', 'nobody', '--wave', '')).toBe('words');
    expect(await ask('status', '--state', join(cwd, 'nowhere'), '')).toBe('words');
  });

  test('is completed: deployments in doubt', async () => {
    const { run } = await openProject(LOST, PLAN);
    expect(await run('run', 'plan.yaml', '--yes')).toMatchObject({ exitCode: 6 });
    const { stdout } = await run('__complete', '--', 'settle', 'kiosk-1', '--deployment=');
    expect(stdout).toBe('words\n--deployment=first/1\tin doubt');
  });

  test.each([
    ['a database that is not there', ['--state', 'postgres://127.0.0.1:1/none', '']],
    ['no place at all', ['--state=', '']],
  ])('is not looked for in %s, without a word', async (_, words) => {
    const answer = await breakwater(['__complete', '--', 'status', ...words], { cwd: makeFolder() });
    expect(answer).toEqual({ exitCode: 0, stdout: 'words', stderr: '' });
  });

  test('is not made, and settings that are wrong are not complained of', async () => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'breakwater.config.yaml'), 'statte: x\n');
    const answer = await breakwater(['__complete', '--', 'status', ''], { cwd });
    expect(answer).toEqual({ exitCode: 0, stdout: 'words', stderr: '' });
    expect(readdirSync(cwd)).toEqual(['breakwater.config.yaml']);
  });
});

test('a code is completed, once, with what it means', async () => {
  const { stdout } = await breakwater(['__complete', '--', 'explain', '']);
  const [first, ...words] = stdout.split('\n').map((line) => line.split('\t'));
  expect(first).toEqual(['words']);
  expect(words).toContainEqual([
    'exit-6',
    'A deployment is in doubt: Breakwater does not know whether it exists.',
  ]);
  const codes = words.map(([code]) => code);
  expect(codes).toEqual([...new Set(codes)]);
  expect(codes).toContain('timed-out');
});

describe.each(SHELLS)('in %s', (shell) => {
  let cwd = '';

  beforeAll(async () => {
    cwd = mkdtempSync(join(tmpdir(), 'breakwater-test-'));
    mkdirSync(join(cwd, 'plans'));
    for (const name of ['odd name.yml', 'plans/all.yaml', 'more.yaml', 'more.txt'])
      copyFileSync(join(ROOT, 'examples/canary/rollout.yaml'), join(cwd, name));
    writeFileSync(join(cwd, 'plan.yaml'), APPROVED);
    // It ends for want of an API, and the waves are on record.
    const env = { ALLXON_API_KEY_ID: 'x', ALLXON_API_SECRET: 'y', ALLXON_API_URL: 'http://127.0.0.1:1' };
    await breakwater(['run', 'plan.yaml', '--yes'], { cwd, env });
  });

  afterAll(() => {
    rmSync(cwd, { recursive: true });
  });

  test('the script is one that the shell can read', async () => {
    const { stdout: script } = await breakwater(['completion', shell]);
    writeFileSync(join(cwd, 'script'), script);
    expect(await execa(shell, ['-n', 'script'], { cwd })).toMatchObject({ stdout: '', stderr: '' });
  });

  test.each([
    ['a command', 'reh\t', ['rehearse']],
    ['a command of its help', 'help val\t', ['help', 'validate']],
    ['a flag', 'run plan.yaml --allow-ov\t', ['run', 'plan.yaml', '--allow-overlap']],
    ['what a flag may be', 'run plan.yaml --progress pl\t', ['run', 'plan.yaml', '--progress', 'plain']],
    ['the same in one word', 'run --progress=pl\t', ['run', '--progress=plain']],
    ['a plan, and not what stands beside it', 'validate mo\t', ['validate', 'more.yaml']],
    ['a plan in a folder', 'validate plans/a\t', ['validate', 'plans/all.yaml']],
    ['a plan whose name holds a space', 'validate odd\t', ['validate', 'odd name.yml']],
    ['a folder, and no file', 'status --state pla\t', ['status', '--state', 'plans']],
    ['a rollout', 'status kio\t', ['status', 'kiosk-1']],
    ['a command within a command', 'artifact upl\t', ['artifact', 'upload']],
    ['a flag of it', 'artifact upload more.txt --reg\t', ['artifact', 'upload', 'more.txt', '--region']],
    ['what its flag may be', 'artifact upload --region e\t', ['artifact', 'upload', '--region', 'eu']],
    ['a file for it, whatever its ending', 'artifact upload more.t\t', ['artifact', 'upload', 'more.txt']],
    ['a code', 'explain failures-e\t', ['explain', 'failures-exceeded']],
    [
      'a wave whose name holds a space',
      'approve kiosk-1 --wave th\t',
      ['approve', 'kiosk-1', '--wave', 'the others'],
    ],
    ['the same in quotes', 'approve kiosk-1 --wave "th\t', ['approve', 'kiosk-1', '--wave', 'the others']],
    [
      'the same behind its first word',
      'approve kiosk-1 --wave the\\ o\t',
      ['approve', 'kiosk-1', '--wave', 'the others'],
    ],
    ['the same in one word', 'approve kiosk-1 --wave=th\t', ['approve', 'kiosk-1', '--wave=the others']],
  ])('a tab completes %s', async (_, keys, words) => {
    // Zsh takes the slash behind a folder away where nothing follows it.
    const typed = await typeInto(shell, `breakwater ${keys}`, cwd);
    expect(typed.map((word) => word.replace(/\/$/, ''))).toEqual(['breakwater', ...words]);
  });
});
