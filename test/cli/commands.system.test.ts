import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HELP } from '../../src/cli/help.ts';
import { SCHEMAS } from '../../src/cli/schema-names.ts';
import type { SchemaName } from '../../src/cli/schema-names.ts';
import { breakwater, ROOT } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { ONE_WAVE } from '../kit/projects.ts';

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return folder;
}

describe('validate', () => {
  test('needs no home, no network and no credentials, and says what the plan is', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    const { exitCode, stdout, stderr } = await breakwater(['validate', 'plan.yaml'], {
      cwd,
      env: { HOME: '' },
    });
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: 'plan.yaml: valid: kiosk-1, 1 wave, 2 devices',
      stderr: '',
    });
  });

  test('shows every finding of every plan, and ends with 2 if one has an error', async () => {
    const cwd = projectWith({
      'good.yaml': ONE_WAVE,
      'bad.yaml': ONE_WAVE.replace('region: us', 'regoin: us'),
    });
    const { exitCode, stdout } = await breakwater(['validate', 'good.yaml', 'bad.yaml', 'none.yaml'], {
      cwd,
    });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('bad.yaml:3:1: error[schema-unknown-key]');
    expect(stdout).toContain('did you mean `region`?');
    expect(stdout).toContain('none.yaml: error[file-missing]');
    expect(stdout).toContain('good.yaml: valid');
    expect(stdout).toContain('bad.yaml: not valid: 1 error');
  });

  test('tells a warning and is valid all the same', async () => {
    const cwd = projectWith({ 'plan.yaml': `${ONE_WAVE}    maxFailures: 2\n` });
    const { exitCode, stdout } = await breakwater(['validate', 'plan.yaml'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('warning[threshold-never-trips]');
    expect(stdout).toContain('valid, with 1 warning');
  });

  test('gives its findings to programs', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE.replace('region: us', 'region: us-east') });
    const { exitCode, stdout } = await breakwater(['validate', 'plan.yaml', '--format', 'json'], { cwd });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      diagnostics: [{ path: 'plan.yaml', line: 3, column: 9, code: 'schema-enum', severity: 'error' }],
    });
  });

  test('has no colours in a pipe', async () => {
    const cwd = projectWith({ 'plan.yaml': 'version: 2\n' });
    const { stdout } = await breakwater(['validate', 'plan.yaml'], { cwd });
    expect(stdout).not.toContain('\u001b');
  });

  const MONSTERS: readonly (readonly [string, string | Buffer])[] = [
    ['empty', ''],
    ['binary', Buffer.from([0, 255, 254, 1, 2, 3, 0])],
    ['a line of ten million characters', `name: ${'x'.repeat(10_000_000)}`],
    ['nested a hundred thousand deep', '['.repeat(100_000)],
    ['an alias bomb', aliasBomb()],
    ['tabs', '\tversion: 1\n\t\tname: x'],
    ['only a BOM', '\ufeff'],
  ];

  test.each(MONSTERS)('%s: is refused in words, not with a stack trace', async (_, content) => {
    const cwd = makeFolder();
    writeFileSync(join(cwd, 'plan.yaml'), content);
    const { exitCode, stdout, stderr } = await breakwater(['validate', 'plan.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toMatch(/plan\.yaml(:\d+:\d+)?: error\[/);
    expect(stderr).toBe('');
    expect(stdout.length).toBeLessThan(20_000);
  });

  test('a folder is refused in words where one plan is wanted, and searched by validate', async () => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, 'plan.yaml'));
    const planned = await breakwater(['plan', 'plan.yaml'], { cwd });
    expect(planned.exitCode).toBe(2);
    expect(planned.stderr).toContain('error[file-is-directory]');
    const validated = await breakwater(['validate', 'plan.yaml'], { cwd });
    expect(validated.exitCode).toBe(2);
    expect(validated.stderr).toContain('plan.yaml: no plan in this folder');
  });
});

function aliasBomb(): string {
  const levels = Array.from({ length: 30 }, (_, level) =>
    level === 0 ? 'a0: &a0 [x, x]' : `a${level}: &a${level} [*a${level - 1}, *a${level - 1}]`,
  );
  return `${levels.join('\n')}\n`;
}

describe('plan', () => {
  test('is told in Markdown, with what is probably not meant in it', async () => {
    const cwd = projectWith({ 'plan.yaml': `${ONE_WAVE}    maxFailures: 2\n` });
    const { exitCode, stdout, stderr } = await breakwater(['plan', 'plan.yaml', '--format', 'markdown'], {
      cwd,
    });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('## Rollout kiosk-1: 2 devices in 1 wave, region us');
    expect(stdout).toContain('| `plan.yaml:8:18` | `threshold-never-trips` |');
    expect(stdout).toContain('| first | 2 |');
    expect(stderr).toContain('warning[threshold-never-trips]');
  });

  test('gives the same bytes each time, in text and in JSON, and saves the same file', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    const once = async (format: string) =>
      breakwater(['plan', 'plan.yaml', '--format', format, '--out', format], { cwd });
    for (const format of ['text', 'json']) expect(await once(format)).toEqual(await once(format));
    expect(readFileSync(join(cwd, 'text'), 'utf8')).toBe(readFileSync(join(cwd, 'json'), 'utf8'));
  });

  test('of a saved plan is the preview of the plan that was saved', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    const { stdout } = await breakwater(['plan', 'plan.yaml', '--out', 'saved.json'], { cwd });
    expect((await breakwater(['plan', 'saved.json'], { cwd })).stdout).toBe(stdout);
  });

  test('that cannot be saved ends with 4', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    const { exitCode, stderr } = await breakwater(['plan', 'plan.yaml', '--out', 'no/such/folder'], { cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('no/such/folder');
  });
});

describe('status', () => {
  test('says so where nothing is on record', async () => {
    const { exitCode, stdout, stderr } = await breakwater(['status'], { cwd: makeFolder() });
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
    expect(stderr).toContain('No rollout is on record');
  });

  test('lists rollouts, tells one, and knows the nearest name', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '2000', '--state', 'state'], { cwd });
    const list = await breakwater(['status', '--state', 'state'], { cwd });
    expect(list.stdout).toContain('kiosk-1');
    const one = await breakwater(['status', 'kiosk-1', '--state', 'state'], { cwd });
    expect(one.exitCode).toBe(0);
    expect(one.stdout).toContain('kiosk-1');
    const near = await breakwater(['status', 'kiosk-2', '--state', 'state'], { cwd });
    expect(near.exitCode).toBe(2);
    expect(near.stderr).toContain('did you mean kiosk-1?');
  });

  test('of a damaged record ends with 4 and names the line', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '2000', '--state', 'state'], { cwd });
    const path = join(cwd, 'state/kiosk-1/journal.jsonl');
    writeFileSync(path, readFileSync(path, 'utf8').replace('"wave":"first"', '"wave":"worst"'));
    const { exitCode, stderr } = await breakwater(['status', 'kiosk-1', '--state', 'state'], { cwd });
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/journal\.jsonl:\d+: the journal is damaged/);
  });

  test('leaves no record out, not even one in which nothing stands yet', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    await breakwater(['run', 'plan.yaml', '--simulate', '--speed', '2000', '--state', 'state'], { cwd });
    const path = join(cwd, 'state/kiosk-1/journal.jsonl');
    // What a runner leaves that was cut off before its first event: the header.
    writeFileSync(path, readFileSync(path, 'utf8').replace(/\n[^]*$/, '\n'));
    const { exitCode, stderr } = await breakwater(['status', '--state', 'state'], { cwd });
    expect(exitCode).toBe(0);
    expect(stderr).toContain('rollout kiosk-1 has a record, but it is still empty');
  });
});

describe('rehearse', () => {
  const rehearse = async (...flags: readonly string[]) => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    return breakwater(['rehearse', 'plan.yaml', ...flags], { cwd });
  };

  test('needs nothing, tells the story of one trial, and leaves nothing behind', async () => {
    const cwd = projectWith({ 'plan.yaml': ONE_WAVE });
    const { exitCode, stdout, stderr } = await breakwater(['rehearse', 'plan.yaml', '--break', '100%'], {
      cwd,
    });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toContain('an artifact that breaks 100% of devices');
    expect(stdout).toMatch(/\+\S+ {2}rollout halted in wave first/);
    expect(readdirSync(cwd)).toEqual(['plan.yaml']);
  });

  test('tells many trials as a sum, and gives both to programs', async () => {
    expect((await rehearse('--trials', '20', '--break', '1')).stdout).toContain('Result ');
    const { stdout } = await rehearse('--format', 'json', '--seed', '9');
    expect(JSON.parse(stdout)).toMatchObject({
      format: 'breakwater/rehearsal',
      seed: 9,
      trials: 1,
      breaks: null,
    });
  });

  test.each([
    [['--break', '5 %'], 'Expected a percentage'],
    [['--break', '3'], 'the plan has only 2 devices'],
    [['--trials', '0'], 'from 1 to'],
    [['--seed', '-1'], 'from 0 to'],
    [['--scenario', 'no.yaml'], 'no.yaml'],
  ])('refuses %j', async (flags, message) => {
    const { exitCode, stderr } = await rehearse(...flags);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(message);
  });
});

describe('the command line', () => {
  test.each([
    [['rnu', 'plan.yaml'], 'Did you mean run?'],
    [['run', 'plan.yaml', '--simulat'], '--simulate'],
    [['run'], 'plan'],
    [['run', 'plan.yaml', '--progress', 'loud'], 'live'],
    [['run', 'plan.yaml', '--speed', '0'], 'from 1 to'],
    [['simulator', '--port', '99999'], '65535'],
    [['schema', 'plna'], 'Did you mean plan?'],
  ])('%j is wrong, with 2 and what was meant', async (args, hint) => {
    const { exitCode, stderr } = await breakwater(args, { cwd: makeFolder() });
    expect(exitCode).toBe(2);
    expect(stderr).toContain(hint);
    expect(stderr).toMatch(/^breakwater: /);
  });

  test.each([['validate'], ['plan'], ['run'], ['status'], ['simulator'], ['schema']])(
    'the help of %s has an example',
    async (command) => {
      const { exitCode, stdout } = await breakwater([command, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toContain(`$ breakwater ${command}`);
    },
  );

  test('help leaves it to the terminal where prose is broken', () => {
    for (const { description } of Object.values(HELP)) expect(description).not.toMatch(/[^\n]\n[^\n]/);
  });

  test('the version is that of package.json', async () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(await breakwater(['--version'])).toMatchObject({ exitCode: 0, stdout: version });
  });

  test.each(SCHEMAS)('schema %s is the published one', async (name) => {
    const files: Partial<Readonly<Record<SchemaName, string>>> = {
      plan: 'rollout-plan',
      event: 'run-event',
      upload: 'uploaded-artifact',
    };
    const { stdout } = await breakwater(['schema', name]);
    const path = join(ROOT, `schemas/${files[name] ?? name}.schema.json`);
    expect(JSON.parse(stdout)).toEqual(JSON.parse(readFileSync(path, 'utf8')));
  });
});
