/** What the examples say of themselves, and what they say to try. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSandbox } from '../../scripts/docs/sandbox.ts';
import { ROOT } from '../kit/command.ts';

const FILES = readdirSync(join(ROOT, 'examples'), { recursive: true, encoding: 'utf8' }).filter((path) =>
  /rollout\.yaml$|^scenarios\//.test(path),
);

/** The comment that a file begins with, line by line. */
function headOf(path: string): readonly string[] {
  const lines = readFileSync(join(ROOT, 'examples', path), 'utf8').split('\n');
  return lines.slice(
    0,
    lines.findIndex((line) => !line.startsWith('#')),
  );
}

const TRIED = FILES.flatMap((path) =>
  headOf(path).flatMap((line) => {
    const [, command, exitCode] = /^# {3}(npx breakwater .*?)(?: {2}# ends with (\d+),.*)?$/.exec(line) ?? [];
    return command === undefined ? [] : [{ path, command, exitCode: Number(exitCode ?? 0) }];
  }),
);

test.each(FILES)('%s says what it shows and what to try, and where its schema is', (path) => {
  const head = headOf(path);
  expect(head[0]).toMatch(/^# yaml-language-server: \$schema=\.\.\/.*\.schema\.json$/);
  const text = readFileSync(join(ROOT, 'examples', path), 'utf8');
  const isTold = head.some((line) => /^# [A-Z].*[a-z]/.test(line) && line !== '# Try:');
  expect(isTold || /^description: .+/m.test(text)).toBe(true);
  expect(TRIED.filter((tried) => tried.path === path)).not.toEqual([]);
});

test.each(TRIED)('$path: $command ends with $exitCode', async ({ command, exitCode }) => {
  const sandbox = openSandbox();
  try {
    const typed = await sandbox.type(command, { folder: '.', env: {} });
    expect(typed, typed.output).toMatchObject({ exitCode });
  } finally {
    sandbox.remove();
  }
});
