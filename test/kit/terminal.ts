/** The built command on a terminal of its own, and somebody at its keys. */
import { execa } from 'execa';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { quoteForShell } from '../../src/base/text.ts';
import { ROOT } from './command.ts';

export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';
export const CTRL_Z = '\u001a';
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
  /** The same, with what moves the cursor and colours text. */
  readonly raw: string;
};

type Place = { readonly cwd: string; readonly env?: Readonly<Record<string, string>> };

const COMMAND = [process.execPath, join(ROOT, 'dist/breakwater.js')].map(quoteForShell).join(' ');

/** Resolves when the command has ended, and rejects where it does so before all has been typed. */
export async function converse(
  args: readonly string[],
  steps: readonly Step[],
  place: Place & { readonly columns?: number },
): Promise<Conversation> {
  const command = [COMMAND, ...args.map(quoteForShell)].join(' ');
  const size = `stty cols ${place.columns ?? 80} rows 40`;
  return type(`${size}; exec ${command}`, steps, { ...place, see: stripVTControlCharacters });
}

/** Nothing else prints it. */
export const PROMPT = 'shell> ';

/** A shell that can stop and continue commands, which `breakwater` is one of. Steps see what moves the cursor, too. */
export async function converseInShell(steps: readonly Step[], place: Place): Promise<Conversation> {
  const line = `stty cols 80 rows 40; breakwater() { ${COMMAND} "$@"; }; export -f breakwater; PS1=${quoteForShell(PROMPT)} exec bash --norc --noprofile -i`;
  return type(`bash -c ${quoteForShell(line)}`, steps, { ...place, see: (raw) => raw });
}

type Seeing = Place & { readonly see: (raw: string) => string };

async function type(
  line: string,
  steps: readonly Step[],
  { cwd, env = {}, see }: Seeing,
): Promise<Conversation> {
  const child = execa('script', ['-qec', line, '/dev/null'], {
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
    const shown = see(raw);
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
  return { exitCode, shown, raw };
}
