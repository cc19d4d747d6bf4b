import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, realpathSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findElsewhere, locateRecord } from '../../src/host/find-record.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { SettingOrigin } from '../../src/settings/settings.ts';
import { makeFolder } from '../kit/folders.ts';

const name = 'kiosk-1' as RolloutName;

function makeTree(...places: readonly string[]) {
  const root = realpathSync(makeFolder());
  mkdirSync(join(root, 'site/rollouts/deep'), { recursive: true });
  for (const place of places) {
    const path = join(root, place, name, 'journal.jsonl');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, '');
  }
  return root;
}

function locate(root: string, expected: string, from: SettingOrigin = { kind: 'default' }) {
  const state = { value: { kind: 'files', directory: join(root, expected) }, from } as const;
  const located = locateRecord({ name, folders: [join(root, 'site'), join(root, 'site/rollouts')], state });
  const short = (path: string) => path.replace(`${root}/`, '');
  return located.kind === 'place'
    ? located.state.kind === 'files' && short(located.state.directory)
    : 'places' in located
      ? { [located.kind]: located.places.map(short) }
      : { [located.kind]: short(located.path) };
}

describe('where nobody names a place, the record of a rollout is', () => {
  test('where it is expected, if there is none', () => {
    expect(locate(makeTree(), 'site/.breakwater')).toBe('site/.breakwater');
  });

  test.each(['site/.breakwater', 'site/rollouts/.breakwater', '.breakwater'])(
    'in %s, if it is there, whether a repository begins above or below it',
    (place) => {
      const root = makeTree(place);
      for (const expected of ['site/.breakwater', 'site/rollouts/.breakwater'])
        expect(locate(root, expected)).toBe(place);
    },
  );

  test.each([
    ['main', 'linked'],
    ['linked', 'main'],
    ['linked', 'other'],
  ])('in the checkout %s of a repository, seen from its checkout %s', (holder, from) => {
    const root = makeTree(`${holder}/.breakwater`);
    const git = (...args: readonly string[]) => {
      const { status, stderr } = spawnSync('git', ['-C', join(root, 'main'), ...args], { encoding: 'utf8' });
      expect(status, stderr).toBe(0);
    };
    mkdirSync(join(root, 'main'), { recursive: true });
    git('init', '--quiet');
    git('-c', 'user.name=x', '-c', 'user.email=x@x.invalid', 'commit', '--quiet', '--allow-empty', '-m', 'x');
    for (const checkout of ['linked', 'other']) {
      // git makes a checkout in an empty folder only.
      const kept = join(root, checkout);
      if (existsSync(kept)) renameSync(kept, `${kept}.kept`);
      git('worktree', 'add', '--quiet', '--detach', kept);
      if (existsSync(`${kept}.kept`))
        renameSync(join(`${kept}.kept`, '.breakwater'), join(kept, '.breakwater'));
    }
    const directory = join(root, from, '.breakwater');
    const state = { value: { kind: 'files', directory }, from: { kind: 'default' } } as const;
    expect(locateRecord({ name, folders: [join(root, from)], state })).toEqual({
      kind: 'place',
      state: { kind: 'files', directory: join(root, holder, '.breakwater') },
    });
  });

  test('not known where git’s files about other checkouts cannot be read', () => {
    const root = makeTree();
    mkdirSync(join(root, 'site/.git/worktrees/x/gitdir'), { recursive: true });
    expect(locate(root, 'site/.breakwater')).toEqual({ unread: 'site/.git' });
    expect(locate(makeTree('site/.breakwater'), 'site/.breakwater')).toBe('site/.breakwater');
  });

  test('in none of two places', () => {
    const places = ['site/.breakwater', 'site/rollouts/.breakwater'];
    const root = makeTree(...places);
    expect(locate(root, 'site/.breakwater')).toEqual({ several: places });
  });

  test('in one place, whatever leads to it', () => {
    const root = makeTree('site/.breakwater');
    symlinkSync(join(root, 'site/.breakwater'), join(root, 'site/rollouts/.breakwater'));
    expect(locate(root, 'site/.breakwater')).toBe('site/.breakwater');
  });

  test('not in the folder of another rollout', () => {
    const root = makeTree('site/rollouts/.breakwater');
    rmSync(join(root, 'site/rollouts/.breakwater', name), { recursive: true });
    mkdirSync(join(root, 'site/rollouts/.breakwater/kiosk-2'));
    expect(locate(root, 'site/.breakwater')).toBe('site/.breakwater');
  });
});

test('a place that is named is the place, and a record of the same name elsewhere is found', () => {
  const root = makeTree('site/.breakwater');
  const from = { kind: 'flag', name: '--state' } as const;
  expect(locate(root, 'records', from)).toBe('records');
  const state = { value: { kind: 'files', directory: join(root, 'records') }, from } as const;
  const sought = { name, folders: [join(root, 'site/rollouts')], state };
  expect(findElsewhere(sought)).toEqual([join(root, 'site/.breakwater')]);
  expect(
    findElsewhere({
      ...sought,
      state: { value: { kind: 'files', directory: join(root, 'site/.breakwater') }, from },
    }),
  ).toEqual([]);
});
