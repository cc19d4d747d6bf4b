/** `breakwater init` by flags, where nobody can be asked. */
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { QUICK } from '../kit/projects.ts';

const UUID = 'a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a';
const BASICS = ['--artifact', UUID, '--name', 'cameras-1'] as const;

const CAMERAS = `serial,site,model\n${Array.from(
  { length: 120 },
  (_, index) => `cam-${index + 1},${['taipei', 'berlin', 'osaka'][index % 3] ?? ''},m-${index}\n`,
).join('')}`;

/** A folder with these files, and the command in it. */
function openFolder(files: Readonly<Record<string, string>> = {}) {
  const cwd = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
  return {
    cwd,
    init: (...args: readonly string[]) => breakwater(['init', ...args], { cwd }),
    run: (...args: readonly string[]) => breakwater(args, { cwd }),
    read: (path: string) => readFileSync(join(cwd, path), 'utf8'),
    list: () => readdirSync(cwd).sort(),
  };
}

describe('a plan is written', () => {
  test('from a fleet file, and it is told what is in it and what comes next', async () => {
    const { init, run, read, list } = openFolder({ 'cameras.csv': CAMERAS });
    expect(await init('--fleet', 'cameras.csv', ...BASICS)).toEqual({
      exitCode: 0,
      stderr: '',
      stdout: `rollout.yaml written: cameras-1, 4 waves, 120 devices
  canary          3
  early          12
  broad          36
  everyone else  69

Next
  breakwater plan rollout.yaml                 show what a run would do
  breakwater rehearse rollout.yaml --break 5%  show what halts a bad artifact
  breakwater run rollout.yaml --simulate       try the plan on a simulator
  breakwater run rollout.yaml                  deploy`,
    });
    expect(list()).toEqual(['cameras.csv', 'rollout.yaml']);
    expect(read('rollout.yaml')).toContain('soak: 10m');
    expect(await run('validate', 'rollout.yaml')).toMatchObject({
      stdout: 'rollout.yaml: valid: cameras-1, 4 waves, 120 devices',
    });
  });

  test('with all that flags can say', async () => {
    const { init, run, read } = openFolder({
      'fleet/odd.csv': CAMERAS.replace('serial', 'Device ID'),
      'plans/.keep': '',
      '.git/HEAD': '',
      'build/firmware.tar.gz': 'x',
    });
    const { exitCode, stdout, stderr } = await init(
      ...['plans/cameras-2.yaml', '--fleet', 'fleet/odd.csv', '--serial-column', 'Device ID'],
      ...['--group', 'site', '--artifact-file', 'build/firmware.tar.gz', '--region', 'eu'],
      ...['--soak', '1h', '--window', 'mon-thu 22:00-05:00 Asia/Taipei', '--yes'],
    );
    expect(exitCode).toBe(0);
    // That is so of a file before it is uploaded, and what to do about it comes first.
    expect(stderr).toContain('warning[artifact-not-uploaded]');
    expect(stderr.match(/(?:warning|error)\[/g)).toHaveLength(1);
    expect(stdout).toContain(`plans/cameras-2.yaml written: cameras-2, 4 waves, 120 devices
  canary   3
  taipei  39
  berlin  39
  osaka   39`);
    expect(stdout).toContain('Next\n  breakwater artifact upload build/firmware.tar.gz --region eu  ');
    const text = read('plans/cameras-2.yaml');
    expect(text).toContain('  file: ../fleet/odd.csv\n  serialColumn: Device ID\n');
    expect(text).toContain('  file: ../build/firmware.tar.gz\n');
    expect(text).toContain("    days: [mon, tue, wed, thu]\n    from: '22:00'\n    to: '05:00'\n");
    expect(await run('validate', 'plans/cameras-2.yaml')).toMatchObject({ exitCode: 0 });
  });

  test('of serials that are typed', async () => {
    const { init, read } = openFolder();
    const typed = await init('--devices', 'k-1,k-2, 007', ...BASICS, '--waves', '2', '--soak', 'none');
    expect(typed).toMatchObject({ exitCode: 0, stderr: '' });
    expect(read('rollout.yaml')).toContain(
      "  - name: canary\n    devices:\n      - k-1\n      - k-2\n\n  - name: everyone else\n    devices:\n      - '007'\n",
    );
    expect(read('rollout.yaml')).not.toContain('soak:');
  });

  test('that names files outside its repository, where that is said to be meant', async () => {
    const { cwd, init, run } = openFolder({ 'fleet.txt': 'k-1\nk-2\n', 'repo/.git/HEAD': '' });
    const flags = ['repo/rollout.yaml', '--fleet', 'fleet.txt', ...BASICS];
    const refused = await init(...flags);
    expect(refused.stderr).toContain('error[file-outside]: the file `fleet.txt` is outside the plan');
    expect(refused).toMatchObject({ exitCode: 2, stdout: '' });
    expect(readdirSync(join(cwd, 'repo'))).toEqual(['.git']);
    const written = await init(...flags, '--allow-outside');
    expect(written.stdout).toContain('  breakwater plan repo/rollout.yaml --allow-outside  ');
    expect(await run('validate', 'repo/rollout.yaml', '--allow-outside')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['node_modules/breakwater/schemas', './node_modules/breakwater/schemas', 'rollout.yaml'],
    ['schemas', '../schemas', 'plans/rollout.yaml'],
  ])('with the schema that is in %s', async (folder, named, path) => {
    const name = 'rollout-plan.schema.json';
    const { init, read } = openFolder({ [`${folder}/${name}`]: '{}', '.git/HEAD': '', 'plans/.keep': '' });
    await init(path, '--devices', 'k-1', ...BASICS);
    expect(read(path).split('\n')[0]).toBe(`# yaml-language-server: $schema=${named}/${name}`);
  });

  test('and can be run at once on a simulator', async () => {
    const { init, run } = openFolder({ 'cameras.csv': CAMERAS, 'quick.yaml': `version: 1\n${QUICK}` });
    await init('--fleet', 'cameras.csv', '--group', 'site', '--soak', 'none', ...BASICS);
    const ran = await run('run', 'rollout.yaml', '--simulate', 'quick.yaml');
    expect(ran.stdout).toContain('Simulated rollout cameras-1 completed');
    expect(ran.exitCode).toBe(0);
  });
});

describe('nothing is written', () => {
  test.each([
    [[], '--name, --artifact or --artifact-file, --fleet or --devices'],
    [['--yes', ...BASICS], '--fleet or --devices'],
    [['cameras-1.yaml', '--devices', 'k-1'], '--artifact or --artifact-file'],
  ])('where %j leaves something unsaid that nobody can be asked for', async (flags, missing) => {
    const { init, list } = openFolder();
    const { exitCode, stderr } = await init(...flags);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(new RegExp(`nothing was written\\. Required flags: ${missing}\\.$`));
    expect(list()).toEqual([]);
  });

  test('over a file that is there, unless it is said to', async () => {
    const { init, read } = openFolder({ 'rollout.yaml': 'mine\n' });
    const flags = ['--devices', 'k-1', ...BASICS];
    expect(await init(...flags)).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining('rollout.yaml already exists and was not changed') as string,
    });
    expect(read('rollout.yaml')).toBe('mine\n');
    expect(await init(...flags, '--force')).toMatchObject({ exitCode: 0 });
    expect(read('rollout.yaml')).toContain('name: cameras-1');
  });

  test('where the system refuses it', async () => {
    const { cwd } = openFolder();
    const refused = await breakwater(['init', '/proc/rollout.yaml', '--devices', 'k-1', ...BASICS], { cwd });
    expect(refused.stderr).toMatch(/^breakwater: \/proc\/rollout\.yaml cannot be written: /);
    expect(refused).toMatchObject({ exitCode: 4, stdout: '' });
  });

  test('through a link that leads nowhere', async () => {
    const { cwd, init, list } = openFolder();
    symlinkSync('elsewhere', join(cwd, 'rollout.yaml'));
    expect(await init('--devices', 'k-1', ...BASICS)).toMatchObject({ exitCode: 2 });
    expect(list()).toEqual(['rollout.yaml']);
  });

  test.each([
    [['none.yaml/x.yaml'], /none\.yaml\/x\.yaml cannot be written: no folder none\.yaml exists/],
    [['plan.json'], /plan\.json is not a valid plan name\. It must end in \.yaml or \.yml/],
    [['.'], /\. is a folder\. Name a file in it, such as \.\/rollout\.yaml/],
    [
      ['--name', 'Camera One'],
      /'--name <text>' argument 'Camera One' is invalid\. A name has 1 to 64 lower-case/,
    ],
    [['--artifact', 'x'], /Expected a UUID such as/],
    [['--soak', 'long'], /Expected a duration such as 30m or 1h, or none/],
    [['--soak', '91d'], /Expected at most 90d/],
    [['--window', 'nightly'], /"nightly" is not a window/],
    [['--region', 'asia'], /Expected one of us, eu/],
    [['--waves', '5,some'], /"some" is not a size/],
    [
      ['--fleet', 'a.csv', '--devices', 'k-1'],
      /'--devices <serials>' cannot be used with option '--fleet <file>'/,
    ],
    [['--waves', '5', '--group', 'site'], /'--group <column>' cannot be used with option '--waves <sizes>'/],
  ])('for %j', async (flags, why) => {
    const { init, list } = openFolder();
    const { exitCode, stderr, stdout } = await init(...flags);
    expect(stderr).toMatch(why);
    expect({ exitCode, stdout, files: list() }).toEqual({ exitCode: 2, stdout: '', files: [] });
  });

  test.each([
    [['--devices', 'k-1,cameras.csv'], /"cameras\.csv" is a file name\. Pass it with --fleet/],
    [['--devices', 'k-1,k-1'], /"k-1" is listed twice/],
    [['--devices', 'k/1'], /"k\/1" is not a serial/],
    [['--fleet', 'none.csv'], /error\[file-missing\]: the file `none\.csv` does not exist/],
    [['--fleet', 'cameras.xlsx'], /cameras\.xlsx is not a \.txt, \.csv or \.tsv file/],
    [['--fleet', 'empty.txt'], /empty\.txt contains no devices/],
    [['--fleet', 'twice.txt'], /twice\.txt:3:1: error\[duplicate-fleet-device\]/],
    [
      ['--fleet', 'twice.txt', '--serial-column', 'x'],
      /--serial-column requires a \.csv or \.tsv file, and twice\.txt is not one/,
    ],
    [['--fleet', 'odd.csv'], /Pass --serial-column with one of `Device ID`, `site`, `model`/],
    [
      ['--fleet', 'odd.csv', '--serial-column', 'Device'],
      /no column `Device`; its columns are `Device ID`, `site`, `model`/,
    ],
    [['--fleet', 'odd.csv', '--serial-column', 'site'], /error\[duplicate-fleet-device\]: device `taipei`/],
    [['--fleet', 'cameras.csv', '--group', 'town'], /--group: no column "town" exists/],
    [
      ['--fleet', 'cameras.csv', '--group', 'model'],
      /--group: the column "model" has 120 values; at most 50 can become waves/,
    ],
    [
      ['--fleet', 'cameras.csv', '--waves', '100,30'],
      /--waves: wave 2 \(30 of 120 devices\) needs 30, but only 20 are left/,
    ],
    [['--devices', 'k-1', '--waves', '2'], /--waves: wave 1 \(2 of 1 device\) needs 2, but only 1 is left/],
  ])('with %j, and it is said why', async (flags, why) => {
    const files = {
      'cameras.csv': CAMERAS,
      'odd.csv': CAMERAS.replace('serial', 'Device ID'),
      'empty.txt': '# none yet\n',
      'twice.txt': 'k-1\nk-2\nk-1\n',
    };
    const { init, list } = openFolder(files);
    const { exitCode, stderr, stdout } = await init(...BASICS, ...flags);
    expect(stderr).toMatch(why);
    expect({ exitCode, stdout, files: list() }).toEqual({
      exitCode: 2,
      stdout: '',
      files: Object.keys(files).sort(),
    });
  });
});
