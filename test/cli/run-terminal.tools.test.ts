/** What `run` asks at a terminal before anything real is deployed. */
import { describe, expect, test } from 'vitest';
import { FAILS_ONCE, openProject, PLAN, QUICK } from '../kit/projects.ts';
import { converse, CTRL_C, CTRL_D, ENTER } from '../kit/terminal.ts';

const QUESTION = 'Type "yes" to continue: ';

test('with "yes" it runs', async () => {
  const { cwd, env } = await openProject(QUICK, PLAN);
  const { exitCode, shown } = await converse(
    ['run', 'plan.yaml'],
    [{ sees: QUESTION, types: `yes${ENTER}` }],
    { cwd, env },
  );
  expect(shown).toContain('Rollout kiosk-1 completed');
  expect(exitCode).toBe(0);
});

test.each([
  ['Enter', ENTER],
  ['another word', `y${ENTER}`],
  ['Ctrl-C', CTRL_C],
  ['Ctrl-D', CTRL_D],
])('with %s it ends with 3, and nothing is started', async (_, keys) => {
  const { cwd, env, run } = await openProject(QUICK, PLAN);
  const { exitCode, shown } = await converse(['run', 'plan.yaml'], [{ sees: QUESTION, types: keys }], {
    cwd,
    env,
  });
  expect(shown).toMatch(/Nothing was started\.\n$/);
  expect(exitCode).toBe(3);
  expect((await run('status', 'kiosk-1')).exitCode).toBe(2);
});

describe('a terminal that nobody sits at', () => {
  const APPROVED = PLAN.replace('name: the others', 'name: the others\n    approval: required');

  test('is that of a CI service: nothing is asked, and a run ends with 2', async () => {
    const { cwd, env, run } = await openProject(QUICK, PLAN);
    const { exitCode, shown } = await converse(['run', 'plan.yaml', '--start'], [], {
      cwd,
      env: { ...env, CI: 'true' },
    });
    expect(shown).not.toContain(QUESTION);
    expect(shown).toContain('CI is set, so nobody can answer; nothing was started.');
    expect(exitCode).toBe(2);
    expect((await run('status', 'kiosk-1')).exitCode).toBe(2);
  });

  test('is not that of CI=false', async () => {
    const { cwd, env } = await openProject(QUICK, PLAN);
    const steps = [{ sees: QUESTION, types: `no${ENTER}` }];
    const { exitCode } = await converse(['run', 'plan.yaml'], steps, { cwd, env: { ...env, CI: 'false' } });
    expect(exitCode).toBe(3);
  });

  test.each([
    ['--yes', []],
    ['--yes --max-wait 1s', ['--max-wait', '1s']],
  ])(
    'is that of %s: an approval is not asked for, and the command that gives it is shown',
    async (_, flags) => {
      const { cwd, env } = await openProject(QUICK, APPROVED);
      const { exitCode, shown } = await converse(['run', 'plan.yaml', '--yes', ...flags], [], {
        cwd,
        env,
      });
      expect(shown).not.toContain('Type "yes" to approve');
      expect(shown).toContain("breakwater approve kiosk-1 --wave 'the others'");
      expect(exitCode).toBe(3);
    },
  );

  test('is that of CI for `init`, too: it says what is missing', async () => {
    const { cwd, env } = await openProject(QUICK, PLAN);
    const { exitCode, shown } = await converse(['init', 'first.yaml'], [], {
      cwd,
      env: { ...env, CI: 'true' },
    });
    expect(shown).toContain('CI is set, so nobody can answer; nothing was written.');
    expect(exitCode).toBe(2);
  });

  test('is that of CI for `rollback`, too: nothing is deployed', async () => {
    const plan = `${PLAN}rollback: { artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d21 } }\n`;
    const { cwd, env, run } = await openProject(FAILS_ONCE, plan);
    expect((await run('run', 'plan.yaml', '--yes')).exitCode).toBe(1);
    const { exitCode, shown } = await converse(['rollback', 'kiosk-1', '--start'], [], {
      cwd,
      env: { ...env, CI: 'true' },
    });
    expect(shown).toContain('CI is set, so nobody can answer; nothing was started.');
    expect(exitCode).toBe(2);
  });
});

test('a wave that needs approval is asked about where somebody sits at the terminal', async () => {
  const plan = PLAN.replace('name: the others', 'name: the others\n    approval: required');
  const { cwd, env } = await openProject(QUICK, plan);
  const steps = [
    { sees: QUESTION, types: `yes${ENTER}` },
    { sees: 'Type "yes" to approve: ', types: `yes${ENTER}` },
  ];
  const { exitCode, shown } = await converse(['run', 'plan.yaml'], steps, { cwd, env });
  expect(shown).toContain('Rollout kiosk-1 completed');
  expect(exitCode).toBe(0);
});

test('devices that an earlier rollout left open are deployed to where somebody at the terminal says yes', async () => {
  const late = `${QUICK}overrides: [{ serials: [k-2], deployments: [1], outcomes: { stuck: 100% } }]\n`;
  const earlier = PLAN.replace(
    'devices: [k-1, k-2]',
    'devices: [k-1, k-2]\n    timeout: 1s\n    maxFailures: 1',
  );
  const project = await openProject(late, earlier);
  const { cwd, env, run } = project;
  expect((await run('run', 'plan.yaml', '--yes')).exitCode).toBe(0);
  project.write('next.yaml', PLAN.replace('kiosk-1', 'kiosk-2').replace('9b1f5f6e', '0b1f5f6e'));
  const OPEN = 'Deploy to these devices anyway? Type "yes" to continue: ';
  const declined = await converse(['run', 'next.yaml'], [{ sees: OPEN, types: `no${ENTER}` }], { cwd, env });
  expect(declined.shown).toContain('k-2');
  expect(declined.shown).toContain('Nothing was started.');
  expect(declined.exitCode).toBe(3);
  const steps = [
    { sees: OPEN, types: `yes${ENTER}` },
    { sees: QUESTION, types: `yes${ENTER}` },
  ];
  const { exitCode, shown } = await converse(['run', 'next.yaml'], steps, { cwd, env });
  expect(shown).toContain('Rollout kiosk-2 completed');
  expect(exitCode).toBe(0);
});

describe('--max-wait', () => {
  test('takes back the question that nobody answers before a run', async () => {
    const { cwd, env, run } = await openProject(QUICK, PLAN);
    const { exitCode, shown } = await converse(['run', 'plan.yaml', '--max-wait', '1s'], [], { cwd, env });
    expect(shown).toContain('The time of --max-wait ran out. Nothing was started.');
    expect(exitCode).toBe(3);
    expect((await run('status', 'kiosk-1')).exitCode).toBe(2);
  });

  test('takes back the question that nobody answers before a wave', async () => {
    const plan = PLAN.replace('name: the others', 'name: the others\n    approval: required');
    const { cwd, env } = await openProject(QUICK, plan);
    const steps = [{ sees: QUESTION, types: `yes${ENTER}` }];
    const args = ['run', 'plan.yaml', '--max-wait', '20s'];
    const { exitCode, shown } = await converse(args, steps, { cwd, env });
    expect(shown).toContain('The time of --max-wait ran out. Not approved.');
    expect(shown).toContain("breakwater approve kiosk-1 --wave 'the others'");
    expect(exitCode).toBe(3);
  });
});
