/** What `run` asks at a terminal before anything real is deployed. */
import { expect, test } from 'vitest';
import { openProject, PLAN, QUICK } from '../kit/projects.ts';
import { converse, CTRL_C, CTRL_D, ENTER } from '../kit/terminal.ts';

const QUESTION = 'Only "yes" goes on: ';

test('with "yes" it runs', async () => {
  const { cwd, env } = await openProject(QUICK, PLAN);
  const { exitCode, shown } = await converse(
    ['run', 'plan.yaml'],
    [{ sees: QUESTION, types: `yes${ENTER}` }],
    { cwd, env },
  );
  expect(shown).toContain('Rollout kiosk-1 has completed');
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
