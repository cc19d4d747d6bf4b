/** Defines the commands and flags of the command line. A command's code is loaded only when it is called. */
import { Command, CommanderError, Help } from 'commander';
import type { Option } from 'commander';
import { printableLines } from '../base/text.ts';
import { EXIT } from '../views/tables/outcomes.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import { defineArtifactCommands } from './define-artifact-commands.ts';
import type { Answering } from './define-command.ts';
import { defineOrders } from './define-orders.ts';
import { definePlanCommands } from './define-plan-commands.ts';
import { defineRolloutCommands } from './define-rollout-commands.ts';
import { defineTools } from './define-tools.ts';
import { columnsOf, isColourful, print } from './io.ts';
import type { Io } from './io.ts';
import { HELP } from './help.ts';
import { createChoiceParser } from './parse-flags.ts';
import { VERSION } from '../host/version.ts';

/** Resolves to the exit code. Rejects only on a bug. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.completed;
  const setCode = (next: ExitCode) => {
    code = next;
  };
  const program = createProgram(io, setCode, argv[0]);
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and version exit with 0. Every other end of the parser is a wrong command line.
    return error.exitCode === 0 ? EXIT.completed : EXIT.refused;
  }
}

/**
 * Defines every command and flag, or only groups up to the one that has `called`. The called command passes its exit code
 * to `setCode`.
 */
export function createProgram(io: Io, setCode: (code: ExitCode) => void, called?: string): Command {
  const program = new Command('breakwater')
    .description(HELP.program.description)
    .version(VERSION, '-V, --version', 'Print the version')
    .helpOption('-h, --help', 'Print this help')
    .showHelpAfterError('(run breakwater --help for the list of commands)')
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({
      getOutHelpWidth: () => columnsOf(io.stdout, HELP_COLUMNS),
      getErrHelpWidth: () => columnsOf(io.stderr, HELP_COLUMNS),
      getOutHasColors: () => isColourful(io, io.stdout, true),
      getErrHasColors: () => isColourful(io, io.stderr, true),
      writeOut: (text) => {
        print(io.stdout, printableLines(text));
      },
      writeErr: (text) => {
        print(io.stderr, printableLines(text));
      },
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'breakwater: '));
      },
    });

  const answering: Answering = { io, setCode };
  for (const define of DEFINITIONS) {
    define(program, answering);
    if (program.commands.some((command) => command.name() === called)) break;
  }
  printNearestChoices(program);
  return program;
}

/** Of help in a pipe. */
const HELP_COLUMNS = 80;

const DEFINITIONS = [
  definePlanCommands,
  defineRolloutCommands,
  defineOrders,
  defineArtifactCommands,
  defineTools,
];

/** Commander would print `(default: false)` for every switch, and nothing for required flags. */
function describeOption(option: Option): string {
  if (option.mandatory) return `${option.description} (required)`;
  return option.isBoolean() ? option.description : new Help().optionDescription(option);
}

/** Commander only lists the choices. This adds a suggestion. */
function printNearestChoices({ commands }: Command): void {
  for (const command of commands) {
    for (const one of [...command.options, ...command.registeredArguments])
      if (one.argChoices !== undefined) one.argParser(createChoiceParser(one.argChoices));
    printNearestChoices(command);
  }
}
