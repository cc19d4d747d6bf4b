/**
 * `breakwater completion`: prints the script with which a shell asks Breakwater (`complete.ts`) for completions. The script
 * contains no command and no flag, so a newer release needs no newer script.
 */
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import bash from '../completion/breakwater.bash';
import fish from '../completion/breakwater.fish';
import zsh from '../completion/breakwater.zsh';
import type { Io } from '../io.ts';

const SCRIPTS = { bash, zsh, fish } as const;

export function runCompletion({ shell }: { readonly shell: keyof typeof SCRIPTS }, io: Io): ExitCode {
  io.stdout.write(SCRIPTS[shell]);
  return EXIT.completed;
}
