/** The command line: which commands and flags there are, and what each of them gets. No command is loaded unless it is called. */
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
import { print } from './io.ts';
import type { Io } from './io.ts';
import { HELP } from './help.ts';
import { createChoiceParser } from './parse-flags.ts';
import { VERSION } from '../host/version.ts';

/** Resolves to the exit code. Rejects for a bug only. */
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
    // Help and the version are answers; everything else that the parser ends with is a wrong command line.
    return error.exitCode === 0 ? EXIT.completed : EXIT.refused;
  }
}

/**
 * Every command and flag that there is, or so many of them that `called` is among them. `setCode` is told how the one that
 * was called has ended.
 */
export function createProgram(io: Io, setCode: (code: ExitCode) => void, called?: string): Command {
  const program = new Command('breakwater')
    .description(HELP.program.description)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showHelpAfterError('(breakwater --help lists the commands)')
    .exitOverride()
    .configureHelp({ optionDescription: describeOption })
    .configureOutput({
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

const DEFINITIONS = [
  definePlanCommands,
  defineRolloutCommands,
  defineOrders,
  defineArtifactCommands,
  defineTools,
];

/** Commander would say of every flag without a value that it is off unless given, and of none that it has to be. */
function describeOption(option: Option): string {
  if (option.mandatory) return `${option.description} (required)`;
  return option.isBoolean() ? option.description : new Help().optionDescription(option);
}

/** Commander only lists what a flag or an argument may be. */
function printNearestChoices({ commands }: Command): void {
  for (const command of commands) {
    for (const one of [...command.options, ...command.registeredArguments])
      if (one.argChoices !== undefined) one.argParser(createChoiceParser(one.argChoices));
    printNearestChoices(command);
  }
}
