/** What the commands are made of: their help, and the flags that several of them have. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { PROGRESS_CHOICES } from '../settings/settings.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { HELP } from './help.ts';
import type { Io } from './io.ts';
import { parseReason, parseWait } from './parse-flags.ts';

/** Where an action leaves its exit code, and what it may touch. */
export type Answering = { readonly io: Io; readonly setCode: (code: ExitCode) => void };

/** The flag that every command has. */
export type Colour = { readonly color: boolean };

/** The flag of every command that reads a plan. */
export type Outside = { readonly allowOutside: boolean };

/** Of the commands, and of those within one of them. */
export const HELP_COMMAND = ['help [command]', 'print the help of a command'] as const;

/** A name of two words is that of a command within a command. */
export function addCommand(program: Command, name: Exclude<keyof typeof HELP, 'program'>): Command {
  const { summary, description, examples } = HELP[name];
  return program
    .command(name.slice(name.lastIndexOf(' ') + 1))
    .summary(summary)
    .description(description)
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .showHelpAfterError(`(breakwater ${name} --help tells what it takes)`)
    .addHelpText('after', () => `\nExamples:\n${examples.map(layOut).join('\n')}\n`);
}

const COLUMNS = 80;

/** Broken before flags and redirections, so that it fits a terminal and is still one line to a shell. */
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
    "where rollouts are kept on record: a folder, or a postgres:// URL (default: .breakwater in the repository's root)",
  );
}

export function allowOutsideOption(): Option {
  return new Option(
    '--allow-outside',
    'let the plan name files outside its repository; only for a plan that you trust',
  ).default(false);
}

export function waitLockOption(): Option {
  return new Option('--wait-lock <duration>', 'wait so long for another runner to let go of the rollout')
    .argParser(parseWait)
    .default(0, '0s');
}

export function reasonOption(): Option {
  return new Option('--reason <text>', 'why; kept on record with who gave the order').argParser(parseReason);
}

export function formatOption<const Format extends string>(formats: readonly [Format, ...Format[]]): Option {
  return new Option('--format <format>', 'how it is written').choices(formats).default(formats[0]);
}

export function progressOption(): Option {
  return new Option('--progress <kind>', 'how progress is shown').choices(PROGRESS_CHOICES);
}
