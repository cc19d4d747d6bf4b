import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { readRunnerCommand } from '../kit/github-runner.ts';
import { ONE_WAVE } from '../kit/projects.ts';

const BAD = ONE_WAVE.replace('region: us', 'regoin: us');

function projectWith(files: Readonly<Record<string, string>>): string {
  const folder = makeFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

/** A folder is a repository's root by what is in it; git itself is not asked. */
const GIT = { '.git/HEAD': 'ref: refs/heads/main\n' };

describe('validate --format github', () => {
  test('tells findings by the paths from the root of the repository, and each plan in a line', async () => {
    const root = projectWith({ ...GIT, 'plans/good.yaml': ONE_WAVE, 'plans/bad.yaml': BAD });
    const { exitCode, stdout, stderr } = await breakwater(
      ['validate', 'good.yaml', 'bad.yaml', '--format', 'github'],
      { cwd: join(root, 'plans') },
    );
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 2,
      stdout: [
        '::error file=plans/bad.yaml,line=3,endLine=3,col=1,endColumn=7,title=schema-unknown-key::`regoin` is not a key of the plan%0Ahelp: did you mean `region`?',
        'good.yaml: valid: kiosk-1, 1 wave, 2 devices',
        'bad.yaml: not valid: 1 error',
      ].join('\n'),
      stderr: '',
    });
  });

  test("goes by GitHub's own folder outside of a repository, and by the current one without", async () => {
    const root = projectWith({ 'work/plans/bad.yaml': BAD });
    const run = (workspace: string) =>
      breakwater(['validate', 'bad.yaml', '--format', 'github'], {
        cwd: join(root, 'work/plans'),
        env: { GITHUB_WORKSPACE: workspace },
      });
    expect((await run(join(root, 'work'))).stdout).toContain('file=plans/bad.yaml,');
    expect((await run(join(root, 'elsewhere'))).stdout).toContain('file=bad.yaml,');
  });

  test('a plan and its name give no command of their own', async () => {
    const name = '::error::x ##[add-mask]y.yaml';
    const root = projectWith({
      [name]: ONE_WAVE,
      'b.yaml': ONE_WAVE.replace('k-2', '"::warning::##[group]k"'),
    });
    const { stdout } = await breakwater(['validate', name, 'b.yaml', '--format', 'github'], { cwd: root });
    const commands = stdout.split('\n').map((line) => readRunnerCommand(line)?.name ?? null);
    expect(commands).toEqual(['error', null, null]);
  });

  test('says that GitHub does not show all of them', async () => {
    const devices = Array.from({ length: 11 }, () => 'k-1').join(', ');
    const root = projectWith({ 'a.yaml': ONE_WAVE.replace('k-1, k-2', `k-1, ${devices}`) });
    const { exitCode, stdout } = await breakwater(['validate', 'a.yaml', '--format', 'github'], {
      cwd: root,
    });
    expect(exitCode).toBe(2);
    expect(stdout.split('\n').filter((line) => line.startsWith('::error '))).toHaveLength(11);
    expect(stdout).toContain('GitHub shows only the first 10 errors and the first 10 warnings of a step');
  });
});

describe('validate --format sarif', () => {
  test('is one document, and ends with the exit code of the plans', async () => {
    const root = projectWith({ ...GIT, 'plans/good.yaml': ONE_WAVE, 'plans/bad.yaml': BAD });
    const run = (plan: string) =>
      breakwater(['validate', plan, '--format', 'sarif'], { cwd: join(root, 'plans') });
    const [good, bad] = [await run('good.yaml'), await run('bad.yaml')];
    expect([good.exitCode, bad.exitCode]).toEqual([0, 2]);
    expect(JSON.parse(good.stdout)).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
    expect(JSON.parse(bad.stdout)).toMatchObject({
      runs: [
        {
          results: [
            {
              ruleId: 'schema-unknown-key',
              locations: [{ physicalLocation: { artifactLocation: { uri: 'plans/bad.yaml' } } }],
            },
          ],
        },
      ],
    });
  });
});

test('a name of a file that would reach the terminal is told as it is written', async () => {
  const root = projectWith({ 'a\u001b[31m.yaml': ONE_WAVE });
  const { stdout } = await breakwater(['validate', 'a\u001b[31m.yaml'], { cwd: root });
  expect(stdout).toBe('a\\u001b[31m.yaml: valid: kiosk-1, 1 wave, 2 devices');
});

describe('plans that are validated together', () => {
  const OTHER = ONE_WAVE.replace('c1d20', 'c1d21');

  test('and have one name are an error, with both places', async () => {
    const cwd = projectWith({ 'a.yaml': ONE_WAVE, 'b.yaml': `# the next release\n${OTHER}` });
    const { exitCode, stdout } = await breakwater(['validate', 'a.yaml', 'b.yaml'], { cwd });
    expect(exitCode).toBe(2);
    expect(stdout).toContain('b.yaml:3:7: error[duplicate-rollout]');
    expect(stdout).toContain('a.yaml:2:7: the name is first used here');
    expect(stdout).toContain('b.yaml: not valid: 1 error');
    expect(stdout).toContain('a.yaml: valid');
    for (const format of ['json', 'github', 'gitlab', 'sarif']) {
      const told = await breakwater(['validate', 'a.yaml', 'b.yaml', '--format', format], { cwd });
      expect(told.exitCode).toBe(2);
      expect(told.stdout).toContain('duplicate-rollout');
    }
  });

  test('are one where it is the same file, or was saved from it', async () => {
    const cwd = projectWith({ 'a.yaml': ONE_WAVE });
    symlinkSync('a.yaml', join(cwd, 'link.yaml'));
    expect((await breakwater(['plan', 'a.yaml', '--out', 'saved.json'], { cwd })).exitCode).toBe(0);
    const paths = ['a.yaml', './a.yaml', 'link.yaml', 'saved.json'];
    const { exitCode, stdout } = await breakwater(['validate', ...paths], { cwd });
    expect(exitCode, stdout).toBe(0);
    writeFileSync(join(cwd, 'a.yaml'), OTHER);
    const changed = await breakwater(['validate', 'a.yaml', 'saved.json'], { cwd });
    expect(changed.exitCode).toBe(2);
    expect(changed.stdout).toContain('saved.json:1:1: error[duplicate-rollout]');
  });
});
