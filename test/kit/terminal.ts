/** The built command on a terminal of its own, and somebody at its keys. */
import { execa } from 'execa';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { quoteForShell } from '../../src/base/text.ts';
import { ROOT } from './command.ts';

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const ENTER = '\r';

/** Once `sees` is shown, after what was shown for the step before, `types`. */
export type Step = {
  readonly sees: string;
  readonly types: string;
  /** Done before anything is typed. */
  readonly meanwhile?: () => void;
};

export type Conversation = {
  readonly exitCode: number | undefined;
  /** All that the terminal has shown, as text. */
  readonly shown: string;
};

/** Resolves when the command has ended, and rejects where it does so before all has been typed. */
export async function converse(
  args: readonly string[],
  steps: readonly Step[],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Conversation> {
  const command = [process.execPath, join(ROOT, 'dist/breakwater.js'), ...args].map(quoteForShell).join(' ');
  const child = execa('script', ['-qec', `stty cols 80 rows 40; exec ${command}`, '/dev/null'], {
    cwd,
    extendEnv: false,
    reject: false,
    stdin: 'pipe',
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: cwd,
      TERM: 'xterm',
      LC_ALL: 'C.UTF-8',
      SHELL: '/bin/sh',
      ...env,
    },
  });
  const waiting = [...steps];
  let raw = '';
  let seenTo = 0;
  child.stdout.on('data', (piece: Buffer) => {
    raw += piece.toString();
    const shown = stripVTControlCharacters(raw);
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const at = shown.indexOf(next.sees, seenTo);
      if (at === -1) return;
      seenTo = at + next.sees.length;
      waiting.shift();
      next.meanwhile?.();
      child.stdin.write(next.types);
    }
  });
  const { exitCode } = await child;
  const shown = stripVTControlCharacters(raw).replaceAll('\r', '');
  if (waiting[0] !== undefined) throw new Error(`it ended before "${waiting[0].sees}" was shown:\n${shown}`);
  return { exitCode, shown };
}
