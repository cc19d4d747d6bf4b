/** Whoever upgrades takes the files of a run that is at work away from under it, or has links to where files once were. */
import { rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { copyCommand } from '../campaigns/kit/command.ts';
import { breakwater, COMMAND, startBreakwater, waitForLine } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { openProject, PLAN, QUICK } from '../kit/projects.ts';

const RUN = ['run', 'plan.yaml', '--yes', '--max-wait', '1h'];

test('a run goes on to its end: what it needs later, a program of its plan among it, was loaded before', async () => {
  const gate = '    approval: required\n    gates: [{ name: check, run: [sh, -c, "echo passed > checked"] }]';
  const project = await openProject(QUICK, PLAN.replace('name: the others', `name: the others\n${gate}`));
  const command = copyCommand(makeFolder());
  const run = startBreakwater([...RUN, '--progress', 'json'], { ...project, command });
  await waitForLine(run, (line) => line.includes('"type":"waiting"') && line.includes('approval'));
  rmSync(join(dirname(command), '..'), { recursive: true });
  const approved = await project.run('approve', 'kiosk-1', '--wave', 'the others');
  expect(approved.exitCode, approved.stderr).toBe(0);
  const { exitCode, stderr } = await run;
  expect(exitCode, stderr).toBe(0);
  expect(await project.status('kiosk-1')).toMatchObject({ status: 'completed' });
});

test('what npx had linked to in a checkout of an earlier revision still starts the command', async () => {
  const { exitCode, stdout, stderr } = await breakwater(['--version'], {
    command: join(dirname(COMMAND), 'breakwater.cjs'),
  });
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+$/);
});
