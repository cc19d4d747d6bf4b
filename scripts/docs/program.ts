/** The real commands and flags, with nothing behind them. */
import type { Command } from 'commander';
import { systemClock } from '../../src/base/clock.ts';
import { createProgram } from '../../src/cli/run-cli.ts';

/** A new one for each line that it parses. */
export function openProgram(): Command {
  const program = createProgram(
    {
      env: {},
      cwd: '/',
      clock: systemClock,
      stdin: process.stdin,
      stdout: process.stdout,
      stderr: process.stderr,
      onStopSignal: () => () => undefined,
      onSuspend: () => () => undefined,
      exit: (code) => {
        throw new Error(`ended with ${code}`);
      },
    },
    () => undefined,
  );
  for (const { command } of commandsWithin(program)) {
    command.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => undefined);
  }
  return program;
}

/** `name` as it is typed, `artifact upload`; that of the program is empty. */
type NamedCommand = { readonly name: string; readonly command: Command };

function commandsWithin(command: Command, name = ''): readonly NamedCommand[] {
  const within = command.commands.flatMap((next) => commandsWithin(next, `${name} ${next.name()}`.trim()));
  return [{ name, command }, ...within];
}

/** Those that do something, and not only hold others. */
export const COMMANDS = commandsWithin(openProgram()).filter(({ command }) => command.commands.length === 0);

/** Every flag of some command. */
export const FLAGS: ReadonlySet<string> = new Set([
  ...commandsWithin(openProgram()).flatMap(({ command }) => command.options.map(({ long }) => long ?? '')),
  '--help',
]);
