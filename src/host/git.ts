/**
 * git, asked about objects alone, and the files of a revision by what it answers. Nothing is written, fetched or checked out,
 * and nothing that the repository's settings name is run: no hook, no filter, no pager, no transport.
 */
import { execaSync } from 'execa';
import { createHash } from 'node:crypto';
import { renderNumber } from '../base/text.ts';
import type { FileFailure } from '../document/file-reader.ts';
import type { Files } from '../files/files.ts';
import { findInTree, OUTSIDE } from '../files/find-in-tree.ts';
import type { Tree, TreeEntry } from '../files/find-in-tree.ts';

type Git = {
  /** The id of the tree of a revision; `null` where there is no such revision. */
  readonly findTree: (revision: string) => string | null;
  /** `tree` is an id. */
  readonly listTree: (tree: string) => ReadonlyMap<string, GitEntry>;
  /** `blob` is an id. */
  readonly readBlob: (blob: string) => Uint8Array;
};

type GitEntry = {
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

/**
 * The files of a revision, for a plan that is read from it: those of its tree and no others, whatever a path or a link in it
 * says. `tree` is the id of the revision's. Paths begin at the root. Throws `GitError`.
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

/** It is held as a whole. */
const SUM_BYTES_MAX = 268_435_456;

/** A path in a link is shorter. */
const LINK_BYTES_MAX = 65_536;

type Objects = {
  readonly lookAt: (names: readonly string[]) => TreeEntry;
  /** Of what was found there. */
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

const MISSING: FileFailure = { kind: 'failed', problem: 'missing', message: 'there is no such file' };

function tooLarge(bytes: number): FileFailure {
  return { kind: 'failed', problem: 'too-large', message: `it has ${renderNumber(bytes)} bytes` };
}
