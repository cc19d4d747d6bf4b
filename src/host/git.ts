/**
 * Reads the files of a revision through git objects. It writes, fetches and checks out nothing, and runs no program that the
 * repository's settings name: no hook, no filter, no pager, no transport.
 */
import { execaSync } from 'execa';
import { createHash } from 'node:crypto';
import { renderNumber } from '../base/text.ts';
import type { FileFailure } from '../document/file-reader.ts';
import type { Files } from '../files/files.ts';
import { findInTree, OUTSIDE } from '../files/find-in-tree.ts';
import type { Tree, TreeEntry } from '../files/find-in-tree.ts';

type Git = {
  /** The id of the tree of a revision; `null` if the revision does not exist. */
  readonly findTree: (revision: string) => string | null;
  /** `tree` is an id. */
  readonly listTree: (tree: string) => ReadonlyMap<string, GitEntry>;
  /** `blob` is an id. */
  readonly readBlob: (blob: string) => Uint8Array;
};

type GitEntry = {
  readonly mode: string;
  readonly id: string;
  /** `null` for anything but a file. */
  readonly bytes: number | null;
};

/** git cannot run, or failed. The message is git's own. */
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

/** The argument after these is never read as a flag. */
const RESOLVE = ['rev-parse', '--verify', '--quiet', '--end-of-options'];

/** Files of a plan and listings of folders are smaller. */
const OUTPUT_BYTES_MAX = 1_073_741_824;

export function openGit(place: GitPlace): Git {
  const run = (args: readonly string[]) => runGit(args, place);
  return {
    findTree(revision) {
      const { exitCode, stdout } = run([...RESOLVE, `${revision}^{tree}`]);
      if (exitCode === 0) return Buffer.from(stdout).toString().trim();
      // An unknown revision is a normal result, but a missing repository is an error.
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
      result.code === 'ENOENT' ? 'git is not installed' : (result.originalMessage ?? 'git failed'),
    );
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}

function succeed({ exitCode, stdout, stderr }: ReturnType<typeof runGit>): Uint8Array {
  if (exitCode !== 0) throw new GitError(Buffer.from(stderr).toString().trim());
  return stdout;
}

/** Variables that are passed to git: only the places of its settings. Within a hook, others name another repository. */
const KEPT = new Set(['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM', 'GIT_EXEC_PATH']);

function environmentFor(env: GitPlace['env']): Record<string, string | undefined> {
  const inherited = Object.entries(env).filter(
    ([name]) => !name.startsWith('ALLXON_') && (!name.startsWith('GIT_') || KEPT.has(name)),
  );
  return { ...Object.fromEntries(inherited), GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', LC_ALL: 'C' };
}

/** Parses entries of the form `100644 blob 5f1a…      42<TAB>name<NUL>`. */
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

/**
 * The files of a revision, for a plan that is read from it. Paths and links never lead out of the tree. `tree` is the id of
 * its tree. Paths start at the root. Throws `GitError`.
 */
export function openRevisionFiles(git: Git, tree: string): Files {
  const objects = createObjects(git, tree);
  const inTree: Tree = { lookAt: (names) => objects.lookAt(names), locate: () => null };
  const find = (path: string): GitEntry | FileFailure => {
    if (path.startsWith('/')) return OUTSIDE;
    const found = findInTree(inTree, path.split('/'));
    return found.kind === 'failed' ? found : objects.entryAt(found.names);
  };
  const read = (path: string, bytesMax: number): ReturnType<Files['readFile']> => {
    const found = find(path);
    if ('kind' in found) return found;
    if ((found.bytes ?? 0) > bytesMax) return tooLarge(found.bytes ?? 0);
    return { kind: 'read', bytes: git.readBlob(found.id) };
  };
  return {
    readFile: read,
    sum(path) {
      const reading = read(path, SUM_BYTES_MAX);
      if (reading.kind === 'failed') return reading;
      const md5 = createHash('md5').update(reading.bytes).digest('hex');
      return { kind: 'summed', md5, bytes: reading.bytes.length };
    },
    check(path) {
      const found = find(path);
      return 'kind' in found ? found : null;
    },
  };
}

/** The whole file is held in memory. */
const SUM_BYTES_MAX = 268_435_456;

/** The target of a link is shorter. */
const LINK_BYTES_MAX = 65_536;

type Objects = {
  readonly lookAt: (names: readonly string[]) => TreeEntry;
  /** The entry that `lookAt` found. */
  readonly entryAt: (names: readonly string[]) => GitEntry | FileFailure;
};

/** Each folder is listed once. */
function createObjects(git: Git, root: string): Objects {
  const listed = new Map<string, ReadonlyMap<string, GitEntry>>();
  const list = (tree: string): ReadonlyMap<string, GitEntry> => {
    const entries = listed.get(tree) ?? git.listTree(tree);
    listed.set(tree, entries);
    return entries;
  };
  const entryAt = (names: readonly string[]): GitEntry | null => {
    let entry: GitEntry | null = { mode: FOLDER, id: root, bytes: null };
    for (const name of names) {
      if (entry?.mode !== FOLDER) return null;
      entry = list(entry.id).get(name) ?? null;
    }
    return entry;
  };
  return {
    entryAt: (names) => entryAt(names) ?? MISSING,
    lookAt(names) {
      const entry = entryAt(names);
      return entry === null ? { kind: 'missing' } : toTreeEntry(entry, git);
    },
  };
}

function toTreeEntry({ mode, id, bytes }: GitEntry, git: Git): TreeEntry {
  switch (mode) {
    case FOLDER:
      return { kind: 'folder' };
    case LINK:
      if ((bytes ?? 0) > LINK_BYTES_MAX) return { kind: 'other' };
      return { kind: 'link', target: Buffer.from(git.readBlob(id)).toString() };
    case SUBMODULE:
      return { kind: 'other' };
    default:
      return { kind: 'file' };
  }
}

const FOLDER = '040000';
const LINK = '120000';
const SUBMODULE = '160000';

const MISSING: FileFailure = { kind: 'failed', problem: 'missing', message: 'no such file exists' };

function tooLarge(bytes: number): FileFailure {
  return { kind: 'failed', problem: 'too-large', message: `it has ${renderNumber(bytes)} bytes` };
}
