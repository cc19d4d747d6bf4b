import { mkdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { isCi } from '../../src/base/ci.ts';
import { findStartBar } from '../../src/run/session/start-bar.ts';
import type { Starting } from '../../src/run/session/start-bar.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { SettingOrigin } from '../../src/settings/settings.ts';
import { makeFolder } from '../kit/folders.ts';

const BY_HAND: SettingOrigin = { kind: 'environment', name: 'BREAKWATER_STATE' };

function makeJob() {
  const root = realpathSync(makeFolder());
  for (const path of ['workspace/.git', 'workspace/rollouts', 'kept', 'temp']) {
    mkdirSync(join(root, path), { recursive: true });
  }
  return root;
}

function barIn(directory: string, change: Partial<Starting> & { readonly from?: SettingOrigin } = {}) {
  const { from = BY_HAND, ...rest } = change;
  return findStartBar({
    name: 'kiosk-1' as RolloutName,
    env: { CI: 'true' },
    folders: [],
    start: false,
    continueOnly: false,
    isSimulated: false,
    findSettingsAbove: () => null,
    state: { value: { kind: 'files', directory }, from },
    ...rest,
  });
}

test.each([
  [undefined, false],
  ['', false],
  ['false', false],
  ['0', false],
  ['true', true],
  ['1', true],
  ['TRUE', true],
  ['drone', true],
])('CI=%j is a job of a CI service: %j', (value, is) => {
  expect(isCi({ CI: value })).toBe(is);
});

describe('in CI a rollout is started', () => {
  test('in a folder that is named by hand and is outside the workspace', () => {
    const root = makeJob();
    const folders = [join(root, 'workspace'), join(root, 'workspace/rollouts')];
    expect(barIn(join(root, 'kept'), { folders })).toBeNull();
    expect(barIn(join(root, 'kept/not/yet/there'), { folders })).toBeNull();
    expect(barIn(join(root, 'workspace-2'), { folders })).toBeNull();
  });

  test('in a database', () => {
    const state = { value: { kind: 'postgres', url: 'postgres://db/x' }, from: BY_HAND } as const;
    expect(barIn('', { state })).toBeNull();
  });

  test.each<SettingOrigin>([{ kind: 'default' }, { kind: 'file', path: '.breakwaterrc', line: 1 }])(
    'nowhere that only %j says',
    (from) => {
      const root = makeJob();
      expect(barIn(join(root, 'kept'), { from })).toEqual({ kind: 'place-ends-with-job', workspace: null });
    },
  );

  test.each(['workspace', 'workspace/.breakwater', 'workspace/not/yet/there', 'kept/../workspace/x'])(
    'not in %s, which is in the repository that the job is at work in',
    (place) => {
      const root = makeJob();
      const workspace = join(root, 'workspace');
      const folders = [join(workspace, 'rollouts')];
      expect(barIn(join(root, place), { folders })).toEqual({ kind: 'place-ends-with-job', workspace });
    },
  );

  test('not in the repository of the plan, wherever the job is', () => {
    const root = makeJob();
    const folders = [join(root, 'temp'), join(root, 'workspace/rollouts')];
    expect(barIn(join(root, 'workspace/x'), { folders })).not.toBeNull();
  });

  test('not in the current folder, where there is no repository', () => {
    const root = makeJob();
    expect(barIn(join(root, 'temp/state'), { folders: [join(root, 'temp')] })).not.toBeNull();
  });

  test.each(['GITHUB_WORKSPACE', 'CI_PROJECT_DIR', 'WORKSPACE', 'BITBUCKET_CLONE_DIR', 'RUNNER_TEMP'])(
    'not in what %s names',
    (name) => {
      const root = makeJob();
      const env = { CI: 'true', [name]: join(root, 'temp') };
      const folders = [join(root, 'workspace')];
      expect(barIn(join(root, 'temp/state'), { env, folders })).not.toBeNull();
      expect(barIn(join(root, 'temp/state'), { env: { ...env, [name]: '' }, folders })).toBeNull();
    },
  );

  test('not behind a link into the workspace, but behind one that leads out of it', () => {
    const root = makeJob();
    const folders = [join(root, 'workspace')];
    symlinkSync(join(root, 'workspace/rollouts'), join(root, 'link'));
    symlinkSync(join(root, 'kept'), join(root, 'workspace/kept'));
    expect(barIn(join(root, 'link/state'), { folders })).not.toBeNull();
    expect(barIn(join(root, 'workspace/kept/state'), { folders })).toBeNull();
  });

  test('anywhere with --start, and anywhere outside of CI or on a simulator', () => {
    const root = makeJob();
    const folders = [join(root, 'workspace')];
    const place = join(root, 'workspace/.breakwater');
    expect(barIn(place, { folders, start: true })).toBeNull();
    expect(barIn(place, { folders, isSimulated: true })).toBeNull();
    expect(barIn(place, { folders, env: {}, from: { kind: 'default' } })).toBeNull();
  });
});

test('with --continue-only nothing is started, on a simulator neither', () => {
  for (const change of [{}, { env: {} }, { isSimulated: true }, { start: true }]) {
    expect(barIn('/kept', { ...change, continueOnly: true })).toEqual({ kind: 'nothing-on-record' });
  }
});

describe('a rollout is not started', () => {
  const env = {};

  test('where a settings file above its plan may name another place, and nobody has named one', () => {
    const file = '/srv/breakwater.config.yaml';
    const asked = { env, findSettingsAbove: () => file };
    expect(barIn('/srv/rollouts/.breakwater', { ...asked, from: { kind: 'default' } })).toEqual({
      kind: 'settings-above',
      file,
    });
    expect(barIn('/srv/rollouts/.breakwater', asked)).toBeNull();
  });

  test('where a saved plan names a place whose folder is gone', () => {
    const root = makeJob();
    const from: SettingOrigin = { kind: 'plan', path: 'saved.json' };
    expect(barIn(join(root, 'kept/records'), { env, from })).toBeNull();
    expect(barIn(join(root, 'gone/records'), { env, from })).toEqual({ kind: 'place-gone' });
  });
});
