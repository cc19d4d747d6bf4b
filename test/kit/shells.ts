/** Real shells on a terminal of their own, and what their completion makes of keys that are typed. */
import { execa } from 'execa';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './command.ts';
import { makeFolder } from './folders.ts';

export const SHELLS = ['bash', 'zsh', 'fish'] as const;

export type Shell = (typeof SHELLS)[number];

type Start = { readonly command: string; readonly lines: readonly string[] };

const STARTS: Readonly<Record<Shell, Start>> = {
  bash: { command: 'bash --norc --noprofile -i', lines: ['source <(breakwater completion bash)'] },
  zsh: {
    command: 'zsh -f -i',
    lines: ['bindkey -e', 'autoload -U compinit', 'compinit -u -D', 'source <(breakwater completion zsh)'],
  },
  fish: { command: 'fish -N -i', lines: ['breakwater completion fish | source'] },
};

/** A folder for the PATH in which `breakwater` is the built command. */
function installCommand(): string {
  const folder = join(makeFolder(), 'bin');
  mkdirSync(folder);
  symlinkSync(join(ROOT, 'dist/breakwater.js'), join(folder, 'breakwater'));
  return folder;
}

const START_OF_LINE = '\u0001';

/** Types `keys`, which may hold tabs, into the shell; gives the words that the shell then has on its line. */
export async function typeInto(shell: Shell, keys: string, cwd: string): Promise<readonly string[]> {
  const { command, lines } = STARTS[shell];
  // What is on the line becomes the arguments of a command that shows them.
  const input = [...lines, `${keys}${START_OF_LINE}printf '<%s>\\n' `, 'exit', ''].join('\n');
  const { stdout } = await execa('script', ['-qec', command, '/dev/null'], {
    cwd,
    input,
    env: environment(cwd),
    extendEnv: false,
    reject: false,
  });
  return [...stdout.matchAll(/(?<=[\r\nlh])<([^>\r\n]*)>(?=\r?\n)/g)].map(([, word = '']) => word);
}

function environment(cwd: string): Readonly<Record<string, string>> {
  return {
    PATH: `${installCommand()}:${process.env['PATH'] ?? ''}`,
    HOME: cwd,
    TERM: 'xterm',
    LC_ALL: 'C.UTF-8',
  };
}
