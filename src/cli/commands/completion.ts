/**
 * `breakwater completion`: the script that makes a shell ask Breakwater itself (`complete.ts`) what may stand at the cursor.
 * It holds no command and no flag, so a newer release needs no newer script.
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
