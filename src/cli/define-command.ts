/** The help of commands, and the flags that several commands have. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { PROGRESS_CHOICES } from '../settings/settings.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { HELP } from './help.ts';
import type { Io } from './io.ts';
import { parseReason, parseWait } from './parse-flags.ts';

/** How an action sets the exit code, and what it may access. */
export type Answering = { readonly io: Io; readonly setCode: (code: ExitCode) => void };

/** The flag that every command has. */
export type Colour = { readonly color: boolean };

/** The flag of every command that reads a plan. */
export type Outside = { readonly allowOutside: boolean };

/** The help command of the program, and of commands with subcommands. */
export const HELP_COMMAND = ['help [command]', 'Print the help of a command'] as const;

/** A name of two words is a subcommand. */
export function addCommand(program: Command, name: Exclude<keyof typeof HELP, 'program'>): Command {
  const { summary, description, examples } = HELP[name];
  return program
    .command(name.slice(name.lastIndexOf(' ') + 1))
    .summary(summary)
    .description(description)
    .option('--no-color', 'Print no colours (same as NO_COLOR)')
    .showHelpAfterError(`(run breakwater ${name} --help for its arguments and flags)`)
    .addHelpText('after', () => `\nExamples:\n${examples.map(layOut).join('\n')}\n`);
}

const COLUMNS = 80;

/** Breaks lines before flags and redirections: they fit a terminal, and a shell still reads one line. */
function layOut(example: string): string {
  const [start = '', ...rest] = example.split(/ (?=--|>)/);
  const lines = [`  $ ${start}`];
  for (const part of rest) {
    const longer = `${lines.pop()} ${part}`;
    const isTooLong = longer.length > COLUMNS - CONTINUED.length;
    lines.push(...(isTooLong ? [longer.slice(0, -part.length - 1) + CONTINUED, `      ${part}`] : [longer]));
  }
  return lines.join('\n');
}

const CONTINUED = ' \\';

export function stateOption(): Option {
  return new Option(
    '--state <place>',
    "Place of the records: a folder, or a postgres:// URL (default: .breakwater in the repository's root)",
  );
}

export function allowOutsideOption(): Option {
  return new Option(
    '--allow-outside',
    'Allow the plan to name files outside its repository; only for trusted plans',
  ).default(false);
}

export function waitLockOption(): Option {
  return new Option('--wait-lock <duration>', 'Wait this long for another runner to release the lock')
    .argParser(parseWait)
    .default(0, '0s');
}

export function reasonOption(): Option {
  return new Option('--reason <text>', 'Reason for the order; recorded with who gave it').argParser(
    parseReason,
  );
}

export function formatOption<const Format extends string>(formats: readonly [Format, ...Format[]]): Option {
  return new Option('--format <format>', 'Output format').choices(formats).default(formats[0]);
}

export function progressOption(): Option {
  return new Option('--progress <kind>', 'Progress format').choices(PROGRESS_CHOICES);
}
