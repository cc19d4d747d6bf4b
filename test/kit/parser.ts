/** The real command line, of which nothing is carried out: what it takes, and what it prints. */
import type { Command } from 'commander';
import { systemClock } from '../../src/base/clock.ts';
import { createProgram } from '../../src/cli/run-cli.ts';

export type Parser = {
  readonly program: Command;
  /** Throws what the parser says of a line that it does not take. */
  readonly parse: (words: readonly string[]) => void;
  /** What `--help` prints on a terminal of 80 columns. */
  readonly helpOf: (command: Command) => string;
};

export function openParser(): Parser {
  const program = openProgram();
  return {
    program,
    parse(words) {
      // What has been parsed before would stay in its options.
      const fresh = openProgram();
      let complaint = '';
      const writeErr = (text: string) => (complaint += text);
      for (const command of [fresh, ...listCommands(fresh)]) {
        command.configureOutput({ writeErr });
        if (command.commands.length === 0) command.action(() => undefined);
      }
      try {
        fresh.parse(words, { from: 'user' });
      } catch (error) {
        throw new Error(complaint === '' ? String(error) : complaint, { cause: error });
      }
    },
    helpOf(command) {
      let help = '';
      command.configureOutput({ getOutHelpWidth: () => 80, writeOut: (text) => (help += text) });
      command.outputHelp();
      return help;
    },
  };
}

function openProgram(): Command {
  const { stdin, stdout, stderr } = process;
  return createProgram(
    {
      env: {},
      cwd: '/',
      clock: systemClock,
      stdin,
      stdout,
      stderr,
      onStopSignal: () => () => undefined,
      onSuspend: () => () => undefined,
      exit: (code) => {
        throw new Error(`ended with ${code}`);
      },
    },
    () => undefined,
  );
}

/** All that are shown, those within others too. */
export function listCommands(program: Command): readonly Command[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .filter((command) => command.name() !== 'help')
    .flatMap((command) => [command, ...listCommands(command)]);
}

/** `artifact upload`. */
export function nameOf(command: Command): string {
  const { parent } = command;
  return parent === null || parent.parent === null ? command.name() : `${nameOf(parent)} ${command.name()}`;
}
