import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { findInTree } from '../../src/files/find-in-tree.ts';
import type { Tree, TreeEntry } from '../../src/files/find-in-tree.ts';

const ENTRIES: Readonly<Record<string, TreeEntry>> = {
  'plan.yaml': { kind: 'file' },
  plans: { kind: 'folder' },
  'plans/eu.yaml': { kind: 'file' },
  fleet: { kind: 'folder' },
  'fleet/a.txt': { kind: 'file' },
  'fleet/pipe.txt': { kind: 'other' },
  'fleet/near.txt': { kind: 'link', target: 'a.txt' },
  'plans/fleet': { kind: 'link', target: '../fleet' },
  'plans/up.txt': { kind: 'link', target: '../../fleet/a.txt' },
  'plans/far.txt': { kind: 'link', target: '/etc/hostname' },
  'plans/etc': { kind: 'link', target: '/etc' },
  'plans/root.txt': { kind: 'link', target: '/srv/repository/fleet/a.txt' },
  'plans/git.txt': { kind: 'link', target: '../.git/config' },
  'plans/self.txt': { kind: 'link', target: 'self.txt' },
  'plans/hop.txt': { kind: 'link', target: 'fleet/near.txt' },
  'plans/away-and-back.txt': { kind: 'link', target: '../../repository/fleet/a.txt' },
};

/** Keeps what was looked at. */
function openTree(): Tree & { readonly seen: readonly string[] } {
  const seen: string[] = [];
  return {
    seen,
    lookAt(names) {
      const path = names.join('/');
      seen.push(path);
      return ENTRIES[path] ?? { kind: 'missing' };
    },
    locate: (path) => /^\/srv\/repository\/(.*)$/.exec(path)?.[1]?.split('/') ?? null,
  };
}

function find(path: string): string {
  const found = findInTree(openTree(), path.split('/'));
  return found.kind === 'found' ? found.names.join('/') : found.problem;
}

describe('the way to a file in a tree', () => {
  test.each([
    ['plan.yaml', 'plan.yaml'],
    ['./plans//../plan.yaml', 'plan.yaml'],
    ['fleet/near.txt', 'fleet/a.txt'],
    ['plans/fleet/a.txt', 'fleet/a.txt'],
    ['plans/hop.txt', 'fleet/a.txt'],
    ['plans/root.txt', 'fleet/a.txt'],
    ['plans/fleet/../plan.yaml', 'plan.yaml'],
  ])('%s leads to %s', (path, expected) => {
    expect(find(path)).toBe(expected);
  });

  test.each([
    ['../plan.yaml', 'outside'],
    ['plans/../../repository/plan.yaml', 'outside'],
    ['plans/up.txt', 'outside'],
    ['plans/far.txt', 'outside'],
    ['plans/etc/hostname', 'outside'],
    ['plans/etc/there-is-no-such-file', 'outside'],
    ['plans/etc/../plan.yaml', 'outside'],
    ['plans/away-and-back.txt', 'outside'],
    ['.git/config', 'outside'],
    ['.GIT/config', 'outside'],
    ['plans/git.txt', 'outside'],
    ['plans/none.txt', 'missing'],
    ['none/../plan.yaml', 'missing'],
    ['plan.yaml/a.txt', 'missing'],
    ['plans', 'directory'],
    ['', 'directory'],
    ['fleet/pipe.txt', 'not-regular'],
    ['plans/self.txt', 'unreadable'],
  ])('%s: %s', (path, expected) => {
    expect(find(path)).toBe(expected);
  });

  test('is never looked for outside, whatever is asked', () => {
    const name = fc.constantFrom(
      '..',
      '.',
      '.git',
      ...Object.keys(ENTRIES).flatMap((path) => path.split('/')),
    );
    fc.assert(
      fc.property(fc.array(name, { maxLength: 12 }), (names) => {
        const tree = openTree();
        findInTree(tree, names);
        expect(tree.seen.filter((path) => /(^|\/)(\.\.|\.git)(\/|$)/.test(path))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
