import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { readCommandLines, readInlineCode, readTypedLines } from '../../scripts/docs/command-lines.ts';
import { ROOT } from '../kit/command.ts';
import { withoutGenerated } from '../../scripts/docs/generated.ts';
import { FLAGS, openProgram } from '../../scripts/docs/program.ts';
import { TEXT } from './document.ts';

const TYPED = readTypedLines(TEXT);
const INLINE = readInlineCode(withoutGenerated(TEXT));

async function parse(words: readonly string[]): Promise<void> {
  await openProgram().parseAsync(words.slice(1), { from: 'user' });
}

/** Something that may be given in place of each word in capitals; what may be left out is given too. */
function standIn(code: string): string {
  return code
    .replace(/[[\]]/g, '')
    .replace('TEXT', 'words')
    .replace('SHELL', 'bash')
    .replace('schema NAME', 'schema plan');
}

function findCommand(words: readonly string[]): Command | null {
  const [first, second] = words;
  const top = openProgram().commands.find((command) => command.name() === first);
  return top?.commands.find((command) => command.name() === second) ?? top ?? null;
}

describe('a command line that a page gives', () => {
  test('there are many', () => {
    expect(TYPED.length).toBeGreaterThan(15);
  });

  test.each(TYPED.map(({ text, words }) => [text, words] as const))('can be typed: %s', async (_, words) => {
    await expect(parse(words)).resolves.toBeUndefined();
  });

  const named = INLINE.filter((code) => /^(npx )?breakwater .*\s/.test(code));
  test.each(named)('can be typed, with what its capitals stand for: %s', async (code) => {
    for (const { words } of readCommandLines(standIn(code))) {
      await expect(parse(words)).resolves.toBeUndefined();
    }
  });

  test('names a command, where it is no more than that', () => {
    const bare = INLINE.flatMap((code) => /^breakwater (\S+)$/.exec(code)?.[1] ?? []);
    expect(bare.length).toBeGreaterThan(3);
    expect(bare.filter((name) => !name.startsWith('--') && findCommand([name]) === null)).toEqual([]);
  });
});

test('a flag that a page names belongs to the command before it', () => {
  const wrong = INLINE.filter((code) => {
    const words = code.split(/[\s=]+/);
    const command = findCommand(words);
    const own = new Set([...(command?.options.map(({ long }) => long) ?? []), '--help']);
    return command !== null && words.some((word) => word.startsWith('--') && !own.has(word));
  });
  expect(wrong).toEqual([]);
});

test('a flag that a page names by itself is one of some command', () => {
  const alone = INLINE.flatMap((code) => /^(--[a-z-]+)/.exec(code)?.[1] ?? []);
  expect(alone.length).toBeGreaterThan(20);
  expect(alone.filter((flag) => !FLAGS.has(flag))).toEqual([]);
});

test('a script that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: Readonly<Record<string, string>>;
  };
  const run = [...TEXT.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name);
  expect(run.filter((name) => scripts[name] === undefined)).toEqual([]);
  const files = [...TEXT.matchAll(/npx tsx (\S+\.ts)/g)].map(([, path = '']) => path);
  expect(files.length).toBeGreaterThan(3);
  expect(files.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});

test('words are read as a shell reads them', () => {
  const line = `cd x && breakwater run 'a b' --state "c d" >> out.txt | cat; x <(breakwater completion bash) # no more`;
  expect(readCommandLines(line).map(({ words }) => words)).toEqual([
    ['breakwater', 'run', 'a b', '--state', 'c d'],
    ['breakwater', 'completion', 'bash'],
  ]);
});
