/** What a process asks of the system, as strace sees it: from its first instruction to its last, in all of its threads. */
import { execa } from 'execa';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder } from './folders.ts';

export type Traced = {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** The programs that were executed, the first one included. */
  readonly programs: readonly string[];
  /** How often a process was made, by whatever call; threads are none. */
  readonly processes: number;
  /** The paths of what was written, made, renamed, removed or changed in any other way. */
  readonly changed: readonly string[];
  /** All paths that were asked about or opened. */
  readonly seen: readonly string[];
  /** The calls that make a connection, or send by one. */
  readonly network: readonly string[];
};

/** Calls with a path that change nothing. Any other is taken for one that does. */
const LOOKING = new Set([
  'access',
  'faccessat',
  'faccessat2',
  'stat',
  'lstat',
  'newfstatat',
  'statx',
  'statfs',
  'readlink',
  'readlinkat',
  'getcwd',
  'getxattr',
  'lgetxattr',
  'listxattr',
  'chdir',
]);
const OPENING = new Set(['open', 'openat', 'openat2']);
const EXECUTING = new Set(['execve', 'execveat']);
const MAKING_PROCESSES = new Set(['fork', 'vfork', 'clone', 'clone3']);
/** Of the calls that strace counts among those of processes or of the network. */
const LIVING = new Set([
  'exit',
  'exit_group',
  'wait4',
  'waitid',
  'kill',
  'tgkill',
  'socketpair',
  'getsockname',
  'getsockopt',
  'setsockopt',
  'getpeername',
  'shutdown',
  'recvmsg',
  'recvfrom',
]);

export async function trace(
  command: readonly [string, ...string[]],
  { cwd, env = {} }: { readonly cwd: string; readonly env?: Readonly<Record<string, string>> },
): Promise<Traced> {
  const log = join(makeFolder(), 'trace');
  const watched = 'trace=%file,%process,%network,ftruncate,fchmod,fchown,fsetxattr';
  const { exitCode, stdout, stderr } = await execa(
    'strace',
    ['-f', '-qq', '-e', 'signal=none', '-s', '4096', '-e', watched, '-o', log, ...command],
    {
      cwd,
      extendEnv: false,
      reject: false,
      stdin: 'ignore',
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
    },
  );
  return { exitCode, stdout, stderr, ...readTrace(readFileSync(log, 'utf8'), cwd) };
}

type Call = { readonly name: string; readonly rest: string; readonly paths: readonly string[] };

function readTrace(
  text: string,
  cwd: string,
): Pick<Traced, 'programs' | 'processes' | 'changed' | 'seen' | 'network'> {
  // A call that another thread interrupts is continued on a line without its paths.
  const calls = text.split('\n').flatMap((line) => parseCall(line, cwd));
  const named = (names: ReadonlySet<string>) => calls.filter(({ name }) => names.has(name));
  const pathsOf = (found: readonly Call[]) => found.flatMap(({ paths }) => paths);
  const opened = named(OPENING).filter(({ rest }) => /O_(WRONLY|RDWR|CREAT|TRUNC|APPEND)/.test(rest));
  const made = named(MAKING_PROCESSES).filter(({ rest }) => !rest.includes('CLONE_THREAD'));
  const network = calls.filter(({ name }) => isConnecting(name));
  const known = new Set([...LOOKING, ...OPENING, ...EXECUTING, ...MAKING_PROCESSES, ...LIVING]);
  const changing = calls.filter(({ name }) => !known.has(name) && !isConnecting(name));
  return {
    programs: named(EXECUTING).flatMap(({ paths }) => paths[0] ?? []),
    processes: made.length,
    changed: [...opened, ...changing]
      .flatMap(({ name, paths }) => (paths.length === 0 ? [name] : paths))
      .filter((path) => path !== '/dev/null'),
    seen: pathsOf([...named(LOOKING), ...named(OPENING)]),
    network: network.map(({ name, rest }) => `${name}(${rest}`),
  };
}

function parseCall(line: string, cwd: string): readonly Call[] {
  const [, name = '', rest = ''] = /^\d+ +(\w+)\((.*)$/.exec(line) ?? [];
  if (name === '') return [];
  const paths = [...rest.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, path = '']) => resolve(cwd, path));
  return [{ name, rest, paths }];
}

/** Without one of these there is no connection but those that a process was started with. */
const CONNECTING = /^(socket|connect|bind|listen|sendto|sendmsg|sendmmsg)$/;

function isConnecting(name: string): boolean {
  return CONNECTING.test(name);
}
