/**
 * One PostgreSQL server for all test files: started when the first of them asks for it, and stopped after the last. They
 * ask over a socket, because they are in processes of their own.
 */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startCluster } from './postgres-cluster.ts';
import type { Cluster } from './postgres-cluster.ts';

declare module 'vitest' {
  // What the tests are told is an interface of vitest's.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  export interface ProvidedContext {
    /** Where to ask for the server: it answers with its place, as JSON, or with why there is none. */
    readonly askForPostgres: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-ask-'));
  const path = join(folder, 'socket');
  let cluster: Promise<Cluster> | null = null;
  const desk = createServer((asking) => {
    asking.on('error', () => null);
    cluster ??= startCluster();
    cluster.then(
      ({ folder: place, port }) => asking.end(JSON.stringify({ folder: place, port })),
      (error: unknown) => asking.end(JSON.stringify({ problem: String(error) })),
    );
  }).listen(path);
  await once(desk, 'listening');
  project.provide('askForPostgres', path);
  return async () => {
    desk.close();
    rmSync(folder, { recursive: true, force: true });
    await (await cluster?.catch(() => null))?.remove();
  };
}
