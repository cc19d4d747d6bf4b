/** docs/reliability.md, "What is not known": each row names a test that exists and runs. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';

type Row = { readonly unknown: string; readonly action: string; readonly proofs: readonly string[] };

const ROWS = readRows(readFileSync(join(ROOT, 'docs/reliability.md'), 'utf8'));

function readRows(document: string): readonly Row[] {
  const section = /^## What is not known$([^]*?)^## /m.exec(document)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) => {
      const [unknown = '', action = '', shown = '', ...others] = line.slice(1, -1).split(' | ');
      expect(others, `a row of three cells: ${line}`).toEqual([]);
      const proofs = [...shown.matchAll(/`([^`]+)`/g)].map(([, proof = '']) => proof);
      return { unknown: unknown.trim(), action: action.trim(), proofs };
    });
}

/** `null` where `proof`, such as `test/a.test.ts: "a title"`, names a test that exists and is not skipped. */
function findFault(proof: string): string | null {
  const [, path = '', title = ''] = /^(test\/\S+\.test\.ts): "(.+)"$/.exec(proof) ?? [];
  if (path === '') return `is not 'test/FILE.test.ts: "TITLE"'`;
  if (!existsSync(join(ROOT, path))) return `${path} does not exist`;
  const quoted = [`'${title.replaceAll("'", "\\'")}'`, `"${title}"`, `\`${title}\``];
  const lines = readFileSync(join(ROOT, path), 'utf8').split('\n');
  const found = lines.findIndex((line) => quoted.some((text) => line.includes(text)));
  if (found === -1) return `${path} has no test "${title}"`;
  const before = lines.slice(Math.max(0, found - 1), found + 1).join('\n');
  return /\b(?:test|describe)\.(?:skip|todo)\b/.test(before) ? `"${title}" is skipped` : null;
}

test('has rows that say what is not known and what Breakwater does', () => {
  expect(ROWS.length).toBeGreaterThan(5);
  expect(ROWS.filter(({ unknown, action }) => unknown === '' || action === '')).toEqual([]);
  expect(new Set(ROWS.map(({ unknown }) => unknown)).size).toBe(ROWS.length);
});

test.each(ROWS.map((row) => [row.unknown, row] as const))('%s: the tests that show it exist', (_, row) => {
  expect(row.proofs.length).toBeGreaterThan(0);
  expect(row.proofs.flatMap((proof) => findFault(proof) ?? [])).toEqual([]);
});

test.each([
  ['test/docs/none.test.ts: "is not there"', 'test/docs/none.test.ts does not exist'],
  ['test/docs/links.test.ts: "nobody wrote this"', 'test/docs/links.test.ts has no test "nobody wrote this"'],
  ['README.md', `is not 'test/FILE.test.ts: "TITLE"'`],
])('a row that names %s is found out', (proof, fault) => {
  expect(findFault(proof)).toBe(fault);
});
