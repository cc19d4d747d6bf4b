/** `breakwater init` at a terminal: it asks, and somebody types. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { converse, CTRL_C, CTRL_D, ENTER } from '../kit/terminal.ts';
import type { Step } from '../kit/terminal.ts';

const UUID = 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a';

const CAMERAS = `Device ID,Site\n${Array.from(
  { length: 60 },
  (_, index) => `cam-${index + 1},${['taipei', 'berlin'][index % 2] ?? ''}\n`,
).join('')}`;

function openFolder() {
  const cwd = makeFolder();
  writeFileSync(join(cwd, 'cameras.csv'), CAMERAS);
  return cwd;
}

const line = (sees: string, text: string): Step => ({ sees, types: `${text}${ENTER}` });

const ANSWERS: readonly Step[] = [
  line('devices: ', 'cameras.csv'),
  line('column [Device ID]: ', ''),
  line('waves [10%, 30%, rest]: ', ''),
  line('artifact: ', UUID),
  line('region [us]: ', 'eu'),
  line('name: ', 'cameras-1'),
  line('soak [10m]: ', 'none'),
  line('window [always]: ', ''),
];

/** What flags make of the same answers. */
async function writeByFlags(cwd: string): Promise<string> {
  const flags = ['--fleet', 'cameras.csv', '--serial-column', 'Device ID', '--artifact', UUID];
  await breakwater(
    ['init', 'flags.yaml', ...flags, '--region', 'eu', '--name', 'cameras-1', '--soak', 'none'],
    { cwd },
  );
  return readFileSync(join(cwd, 'flags.yaml'), 'utf8');
}

test('it asks for all that there is to say, and writes what flags would have', async () => {
  const cwd = openFolder();
  const { exitCode, shown } = await converse(['init'], ANSWERS, { cwd });
  expect(exitCode).toBe(0);
  expect(shown).toContain('Or a column: one wave for each of its values. Columns: Site (2).');
  expect(shown).toContain('rollout.yaml written: cameras-1, 3 waves, 60 devices\n');
  expect(readFileSync(join(cwd, 'rollout.yaml'), 'utf8')).toBe(await writeByFlags(cwd));
  // No line is broken by the terminal itself.
  expect(shown.split('\n').filter(({ length }) => length > 80)).toEqual([]);
});

test('what is typed or pasted ahead answers what is asked then', async () => {
  const cwd = openFolder();
  const [first, ...others] = ANSWERS.map(({ types }) => types);
  const { exitCode } = await converse(['init'], [{ sees: 'devices: ', types: [first, ...others].join('') }], {
    cwd,
  });
  expect(exitCode).toBe(0);
  expect(readFileSync(join(cwd, 'rollout.yaml'), 'utf8')).toBe(await writeByFlags(cwd));
});

test('an answer that will not do is asked for again, with the reason', async () => {
  const cwd = openFolder();
  const steps: readonly Step[] = [
    line('devices: ', 'none.csv'),
    line('none.csv has errors.', 'k-1, k-2, k-1'),
    line('"k-1" is listed twice.', 'cameras.csv'),
    line('column [Device ID]: ', 'Site'),
    line('cameras.csv has errors.', 'Device ID'),
    line('waves [10%, 30%, rest]: ', '50,50'),
    line('Wave 2 (50 of 60 devices) needs 50, but only 10 are left.', 'Town'),
    line('of the columns either.', 'Site'),
    line('artifact: ', 'firmware.tar.gz'),
    line('Not a UUID, and no file firmware.tar.gz exists.', UUID),
    line('region [us]: ', 'asia'),
    line('Expected us or eu.', ''),
    line('name: ', ''),
    line('A name is required.', 'Cameras'),
    line('A name has 1 to 64 lower-case letters', 'cameras-1'),
    line('soak [10m]: ', 'long'),
    line('Expected a duration such as 30m or 1h, or none.', '1h'),
    line('window [always]: ', '01:00-05:00 Taipei'),
    line('did you mean Asia/Taipei?', '01:00-05:00 Asia/Taipei'),
  ];
  const { exitCode, shown } = await converse(['init'], steps, { cwd });
  expect(exitCode).toBe(0);
  expect(shown).toContain(
    'written: cameras-1, 3 waves, 60 devices\n  canary   6\n  taipei  27\n  berlin  27\n',
  );
  expect(readFileSync(join(cwd, 'rollout.yaml'), 'utf8')).toMatch(/soak: 1h\n[^]*timeZone: Asia\/Taipei\n/);
});

test('what flags have said is not asked', async () => {
  const cwd = openFolder();
  const flags = [
    '--devices',
    'k-1,k-2',
    '--artifact',
    UUID,
    '--region',
    'us',
    '--soak',
    '1h',
    '--window',
    'always',
  ];
  const { exitCode, shown } = await converse(
    ['init', 'cameras-1.yaml', ...flags],
    [line('waves [1, rest]: ', ''), line('name [cameras-1]: ', '')],
    { cwd },
  );
  expect(exitCode).toBe(0);
  expect(shown).not.toMatch(/^(?:devices|artifact|region|soak|window)\b.*: $/m);
});

test('with --yes nothing is asked', async () => {
  const cwd = openFolder();
  const { exitCode, shown } = await converse(['init', '--devices', 'k-1', '--artifact', UUID, '--yes'], [], {
    cwd,
  });
  expect(exitCode).toBe(2);
  expect(shown).toBe(
    'breakwater: --yes was given, so nothing can be asked; nothing was written. Required flags: --name.\n',
  );
});

test.each([
  ['Ctrl-C', CTRL_C],
  ['Ctrl-D', CTRL_D],
  ['Ctrl-C in the middle of a line', `ca${CTRL_C}`],
])('%s ends it with 3, and nothing is written', async (_, keys) => {
  const cwd = openFolder();
  const steps = [line('devices: ', 'k-1,k-2'), { sees: 'waves [1, rest]: ', types: keys }];
  const { exitCode, shown } = await converse(['init'], steps, { cwd });
  expect(shown).toMatch(/Nothing was written\.\n$/);
  expect(exitCode).toBe(3);
  expect(readdirSync(cwd)).toEqual(['cameras.csv']);
});

test('a tab completes a path', async () => {
  const cwd = openFolder();
  mkdirSync(join(cwd, 'fleet'));
  writeFileSync(join(cwd, 'fleet/lobby.txt'), 'k-1\nk-2\n');
  const steps = [
    { sees: 'devices: ', types: 'fl\t' },
    { sees: 'fleet/', types: 'l\t' },
    line('lobby.txt', ''),
    { sees: 'waves [1, rest]: ', types: CTRL_C },
  ];
  const { shown } = await converse(['init'], steps, { cwd });
  expect(shown).toContain('fleet/lobby.txt');
});

test('a file that has come meanwhile is left as it is', async () => {
  const cwd = openFolder();
  const path = join(cwd, 'rollout.yaml');
  const meanwhile = () => {
    expect(existsSync(path)).toBe(false);
    writeFileSync(path, 'mine\n');
  };
  const [first, ...others] = ANSWERS;
  const steps = [...(first === undefined ? [] : [{ ...first, meanwhile }]), ...others];
  const { exitCode, shown } = await converse(['init'], steps, { cwd });
  expect(shown).toContain('rollout.yaml already exists and was not changed');
  expect(exitCode).toBe(2);
  expect(readFileSync(path, 'utf8')).toBe('mine\n');
  expect(readdirSync(cwd).sort()).toEqual(['cameras.csv', 'rollout.yaml']);
});
