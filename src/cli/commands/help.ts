/** `breakwater help`: the help of a command, or a page of the documentation as text. */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { colourOf } from '../../base/colour.ts';
import { nearest } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { columnsOf, fail, isColourful, print } from '../io.ts';
import type { Io } from '../io.ts';
import { renderPage } from './render-page.ts';

export type HelpFlags = {
  readonly program: Command;
  /** Words of a command, or the name of a page. */
  readonly words: readonly string[];
  readonly color: boolean;
};

/** Width of a page in a pipe. */
const COLUMNS = 80;

/** Lines are hard to read where they are longer. */
const COLUMNS_MAX = 100;

export function runHelp({ program, words, color }: HelpFlags, io: Io): ExitCode {
  const command = findCommand(program, words);
  if (command !== null) {
    command.outputHelp();
    return EXIT.completed;
  }
  const [topic = ''] = words;
  const pages = listPages();
  if (words.length === 1 && pages.includes(topic)) {
    const { stdout } = io;
    const colours = colourOf(isColourful(io, stdout, color));
    print(
      stdout,
      renderPage(readPage(topic), { columns: Math.min(columnsOf(stdout, COLUMNS), COLUMNS_MAX), colours }),
    );
    return EXIT.completed;
  }
  const names = [
    ...program.commands.map((one) => one.name()).filter((name) => !name.startsWith('_')),
    ...pages,
  ];
  const hint = nearest(topic, names);
  const guess = hint === null ? '' : ` Did you mean ${hint}?`;
  return fail(
    io,
    EXIT.refused,
    `no command and no page is named ${words.join(' ')}.${guess}\nPages: ${pages.join(', ')}`,
  );
}

/** `null` where the words name none. */
function findCommand(program: Command, words: readonly string[]): Command | null {
  let found: Command | undefined = program;
  for (const word of words) {
    found = found.commands.find((command) => command.name() === word);
    if (found === undefined) return null;
  }
  return found;
}

export function listPages(): readonly string[] {
  return readdirSync(pagesFolder())
    .filter((name) => name.endsWith('.md'))
    .map((name) => name.slice(0, -'.md'.length))
    .sort();
}

function readPage(name: string): string {
  return readFileSync(join(pagesFolder(), `${name}.md`), 'utf8');
}

/** Of this package, wherever it is installed. */
function pagesFolder(): string {
  return join(dirname(createRequire(import.meta.url).resolve('breakwater/package.json')), 'docs');
}
