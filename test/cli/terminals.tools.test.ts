/** Terminals that can do less, and a run that is stopped and continued by the shell. */
import { describe, expect, test } from 'vitest';
import { openProject, PLAN, QUICK } from '../kit/projects.ts';
import { converse, converseInShell, CTRL_C, CTRL_Z, ENTER, PROMPT } from '../kit/terminal.ts';

const ESCAPE = '\u001b';
const CURSOR_HIDE = '\u001b[?25l';
const CURSOR_SHOW = '\u001b[?25h';

describe('a terminal that knows text alone', () => {
  const DUMB = { TERM: 'dumb' };

  test('has lines and no colours while a rollout runs, even if the live view is asked for', async () => {
    for (const flags of [[], ['--progress', 'live']]) {
      const { cwd, env } = await openProject(QUICK, PLAN);
      const args = ['run', 'plan.yaml', '--yes', '--start', ...flags];
      const { exitCode, raw, shown } = await converse(args, [], { cwd, env: { ...env, ...DUMB } });
      expect(exitCode, shown).toBe(0);
      expect(raw).not.toContain(ESCAPE);
      expect(shown).toContain('Rollout kiosk-1 completed');
    }
  });

  test('has no line painted over by trials, and no colours in what is wrong', async () => {
    const project = await openProject(QUICK, PLAN);
    const { cwd } = project;
    project.write('bad.yaml', PLAN.replace('region', 'regoin'));
    const place = { cwd, env: DUMB };
    const trials = await converse(['rehearse', 'plan.yaml', '--trials', '3'], [], place);
    const wrong = await converse(['validate', 'bad.yaml'], [], place);
    for (const { raw } of [trials, wrong]) expect(raw).not.toContain(ESCAPE);
    expect(wrong.shown).toContain('error[schema-unknown-key]');
  });

  test('has colours where they are forced', async () => {
    const project = await openProject(QUICK, PLAN);
    const { cwd } = project;
    project.write('bad.yaml', PLAN.replace('region', 'regoin'));
    const { raw } = await converse(['validate', 'bad.yaml'], [], { cwd, env: { ...DUMB, FORCE_COLOR: '1' } });
    expect(raw).toContain(`${ESCAPE}[`);
  });
});

test.each([
  ['stty cols 0', 0],
  ['a narrow one', 40],
])('every command works on a terminal of %s', async (_, columns) => {
  const { cwd, env, run } = await openProject(QUICK, PLAN);
  expect((await run('run', 'plan.yaml', '--yes')).exitCode).toBe(0);
  for (const args of [
    ['status'],
    ['status', 'kiosk-1'],
    ['report', 'kiosk-1'],
    ['explain', 'yaml-empty'],
    ['--help'],
  ]) {
    const { exitCode, shown } = await converse(args, [], { cwd, env, columns });
    expect(exitCode, shown).toBeLessThan(3);
    expect(shown.length).toBeGreaterThan(60);
  }
});

test('Ctrl-Z leaves the shell its cursor, and `fg` draws the picture again', async () => {
  const slow = 'devices: { duration: { fixed: 1h } }\n';
  const { cwd, env } = await openProject(slow, PLAN);
  const { raw } = await converseInShell(
    [
      { sees: PROMPT, types: `breakwater run plan.yaml --yes --start${ENTER}` },
      { sees: CURSOR_HIDE, types: '' },
      { sees: 'in flight', types: CTRL_Z },
      { sees: CURSOR_SHOW, types: '' },
      { sees: PROMPT, types: `fg${ENTER}` },
      { sees: CURSOR_HIDE, types: '' },
      { sees: 'in flight', types: CTRL_C },
      { sees: CURSOR_SHOW, types: '' },
      { sees: PROMPT, types: `exit 0${ENTER}` },
    ],
    { cwd, env: { ...env, HISTFILE: '' } },
  );
  const stopped = raw.slice(raw.indexOf('Stopped'));
  expect(raw).toContain('Stopped');
  expect(stopped.lastIndexOf(CURSOR_SHOW)).toBeGreaterThan(stopped.lastIndexOf(CURSOR_HIDE));
});
