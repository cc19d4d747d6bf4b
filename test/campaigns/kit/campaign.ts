/** What every campaign needs: a folder of its own, a copy of the command, a store; and a few things at a time. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { startCluster } from '../../kit/postgres-cluster.ts';
import { copyCommand } from './command.ts';
import type { Campaign } from './project.ts';
import { openPostgresStores } from './postgres-stores.ts';
import { openFileStores } from './stores.ts';
import type { StoreKind, Stores } from './stores.ts';

export type OpenCampaign = Campaign & {
  /** Closes the stores, and takes all folders away. */
  readonly close: () => Promise<void>;
};

/** `command` is what is copied: what the tree has built, unless told. */
export function openCampaign(stores: Stores, command?: string): OpenCampaign {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-campaign-'));
  return {
    command: copyCommand(folder, command),
    folder,
    stores,
    async close() {
      await stores.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** With a server of its own for the time, where one is needed. */
export async function openStores(kind: StoreKind): Promise<Stores> {
  switch (kind) {
    case 'file':
      return openFileStores();
    case 'postgres': {
      const cluster = await startCluster();
      const stores = openPostgresStores(cluster);
      return {
        ...stores,
        async close() {
          await stores.close();
          await cluster.remove();
        },
      };
    }
  }
}

/** Does `work` for each of `items`, at most `jobs` at a time; the results are in the items' order. */
export function inParallel<Item, Result>(
  items: readonly Item[],
  jobs: number,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const place = pLimit(jobs);
  return Promise.all(items.map((item) => place(() => work(item))));
}
