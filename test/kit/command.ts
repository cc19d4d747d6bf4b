import { execa } from 'execa';
import type { Options } from 'execa';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';

export const ROOT = join(import.meta.dirname, '../..');
export const COMMAND = join(ROOT, 'dist/breakwater.js');

const PROCESS = { extendEnv: false, reject: false, stdin: 'ignore' } as const satisfies Options;

export type CommandOptions = {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Another than the one in `dist/`. */
  readonly command?: string;
};

/** The built command in a process of its own, with nothing of this process' environment but where programs are. */
export function startBreakwater(
  args: readonly string[],
  { cwd = ROOT, env = {}, command = COMMAND }: CommandOptions = {},
) {
  const options = {
    cwd,
    env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    ...PROCESS,
  };
  return execa(process.execPath, [command, ...args], options);
}

export async function breakwater(args: readonly string[], options: CommandOptions = {}) {
  const { exitCode, stdout, stderr } = await startBreakwater(args, options);
  return { exitCode, stdout, stderr };
}

/** Resolves with the lines of `stream` up to the first that `isWanted` says yes to; rejects if the process ends before. */
export async function waitForLine(
  command: ReturnType<typeof startBreakwater>,
  isWanted: (line: string) => boolean,
  stream: 'stdout' | 'stderr' = 'stdout',
): Promise<readonly string[]> {
  const lines: string[] = [];
  // Reading goes on after the line was found: a pipe that nobody empties would hold the process up.
  return new Promise((resolve, reject) => {
    const reader = createInterface({ input: command[stream] });
    reader.on('line', (line) => {
      lines.push(line);
      if (isWanted(line)) resolve([...lines]);
    });
    reader.once('close', () => {
      void command.then(({ stderr }) => {
        reject(new Error(`it ended before: ${stderr}`));
      });
    });
  });
}

/** A simulator in a process of its own; gives the environment that points at it. */
export async function startSimulator(scenario: string): Promise<Readonly<Record<string, string>>> {
  const simulator = startBreakwater(['simulator', scenario]);
  onTestFinished(async () => {
    simulator.kill('SIGTERM');
    await simulator;
  });
  const lines = await waitForLine(simulator, (line) => line.includes('ALLXON_API_SECRET'));
  return Object.fromEntries(
    lines.map((line) => {
      const [, name = '', value = ''] = /^export (\w+)=(.*)$/.exec(line) ?? [];
      return [name, value];
    }),
  );
}
