/** What is typed, or named by a repository's files, comes back in messages as text. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { breakwater } from '../kit/command.ts';
import { makeFolder } from '../kit/folders.ts';
import { ONE_WAVE } from '../kit/projects.ts';
import { LOG_COMMAND, OBEYED } from '../hostile/obeyed.ts';

const EVIL = '::error::a\u001b[2Jb\u009b31mc\u202ed\n::add-mask::e\u2066##[group]f';
const PLAN = ONE_WAVE.replace('k-1, k-2', "'::error::k-1'");

describe('nothing for a terminal or a log to obey comes back from', () => {
  test.each<[string, ...string[]]>([
    ['a command', EVIL],
    ['a flag', 'validate', `--${EVIL}`],
    ['a choice', 'plan', 'plan.yaml', '--format', EVIL],
    ['an excess argument', 'schema', 'plan', EVIL],
    ['a path that is not there', 'validate', `${EVIL}.yaml`],
    ['a plan’s path', 'validate', EVIL],
    ['a plan’s path, for programs', 'validate', EVIL, '--format', 'json'],
    ['a plan’s path, for GitHub', 'validate', `${EVIL}.yaml`],
    ['a plan that is refused', 'plan', `${EVIL}.yaml`],
    ['a serial', 'plan', 'plan.yaml', '--devices'],
    ['a file to save to', 'plan', 'plan.yaml', '--out', EVIL],
    ['a file that cannot be saved', 'plan', 'plan.yaml', '--out', `none/${EVIL}`],
    ['a record’s place', 'status', '--state', EVIL],
    ['a record’s URL', 'status', '--state', `${EVIL}://x`],
    ['a rollout', 'status', EVIL],
    ['a scenario', 'rehearse', 'plan.yaml', '--scenario', EVIL],
    ['a breakage', 'rehearse', 'plan.yaml', '--break', EVIL],
    ['a setting', 'settings', 'plan.yaml', '--state', EVIL],
    ['a setting, for programs', 'settings', 'plan.yaml', '--format', 'json', '--state', EVIL],
    ['a wait', 'run', 'plan.yaml', '--max-wait', EVIL],
    ['a run that is not agreed to', 'run', `./${EVIL}`],
    ['an order', 'pause', 'kiosk-1', '--reason', EVIL],
    ['a deployment', 'settle', 'kiosk-1', '--deployment', EVIL, '--not-created'],
    ['a holder', 'unlock', 'kiosk-1', '--holder', EVIL],
    ['an artifact', 'artifact', 'upload', EVIL],
    ['an artifact’s name', 'artifact', 'upload', 'plan.yaml', '--name', EVIL],
    ['help', 'help', EVIL],
  ])('%s', async (_, ...args) => {
    const cwd = makeFolder();
    mkdirSync(join(cwd, '.git'));
    writeFileSync(join(cwd, 'plan.yaml'), PLAN);
    writeFileSync(join(cwd, EVIL), PLAN);
    const { stdout, stderr } = await breakwater(args, { cwd });
    expect(stdout + stderr).not.toBe('');
    for (const text of [stdout, stderr]) {
      expect(text).not.toMatch(OBEYED);
      expect(text).not.toMatch(LOG_COMMAND);
    }
  });
});
