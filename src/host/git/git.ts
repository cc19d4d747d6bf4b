/**
 * git, asked about objects alone. Nothing is written, nothing is fetched, and nothing that the repository's settings
 * name is run: no hook, no filter, no pager, no transport.
 */
import { execaSync } from 'execa';

export type Git = {
  /** The id of the tree of a revision; `null` where there is no such revision. */
  readonly findTree: (revision: string) => string | null;
  /** `tree` is an id. */
  readonly listTree: (tree: string) => ReadonlyMap<string, GitEntry>;
  /** `blob` is an id. */
  readonly readBlob: (blob: string) => Uint8Array;
};

export type GitEntry = {
  readonly mode: string;
  readonly id: string;
  /** `null` for what is no file. */
  readonly bytes: number | null;
};

/** git cannot be run, or cannot do what it was asked. The message is in git's words. */
export class GitError extends Error {}

export type GitPlace = {
  /** The root of the repository. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
};

const SETTINGS = [
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'protocol.allow=never',
  'safe.bareRepository=explicit',
];
const FLAGS = ['--no-pager', '--no-replace-objects', '--no-optional-locks', '--literal-pathspecs'];

/** Whatever it begins with, what follows is no flag. */
const RESOLVE = ['rev-parse', '--verify', '--quiet', '--end-of-options'];

/** A file of a plan has less, and so has a folder's list. */
const OUTPUT_BYTES_MAX = 1_073_741_824;

export function openGit(place: GitPlace): Git {
  const run = (args: readonly string[]) => runGit(args, place);
  return {
    findTree(revision) {
      const { exitCode, stdout } = run([...RESOLVE, `${revision}^{tree}`]);
      if (exitCode === 0) return Buffer.from(stdout).toString().trim();
      // What it makes of the revision does not matter, unless there is no repository.
      succeed(run(['rev-parse', '--git-dir']));
      return null;
    },
    listTree: (tree) => parseTree(Buffer.from(succeed(run(['ls-tree', '-z', '-l', tree]))).toString()),
    readBlob: (blob) => succeed(run(['cat-file', 'blob', blob])),
  };
}

function runGit(args: readonly string[], { root, env }: GitPlace) {
  const settings = SETTINGS.flatMap((setting) => ['-c', setting]);
  const result = execaSync('git', [...FLAGS, ...settings, ...args], {
    cwd: root,
    env: environmentFor(env),
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: OUTPUT_BYTES_MAX,
  } as const);
  if (result.exitCode === undefined)
    throw new GitError(
      result.code === 'ENOENT' ? 'git is not installed' : (result.originalMessage ?? 'git has failed'),
    );
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function succeed({ exitCode, stdout, stderr }: ReturnType<typeof runGit>): Uint8Array {
  if (exitCode !== 0) throw new GitError(Buffer.from(stderr).toString().trim());
  return stdout;
}

/** Of what git is told by its environment, only where its settings are: within a hook, it is told of another place. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_EXEC_PATH']);

function environmentFor(env: GitPlace['env']): Record<string, string | undefined> {
  const inherited = Object.entries(env).filter(
    ([name]) => !name.startsWith('ALLXON_') && (!name.startsWith('GIT_') || KEPT.has(name)),
  );
  return { ...Object.fromEntries(inherited), GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
}

/** `100644 blob 5f1a…      42<TAB>name<NUL>`, as often as there are entries. */
function parseTree(listing: string): ReadonlyMap<string, GitEntry> {
  const entries = listing.split('\0').filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const tab = entry.indexOf('\t');
      const [mode = '', , id = '', size = '-'] = entry.slice(0, tab).split(/ +/);
      return [entry.slice(tab + 1), { mode, id, bytes: size === '-' ? null : Number(size) }] as const;
    }),
  );
}
