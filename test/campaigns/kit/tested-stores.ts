/** A campaign's stores within the tests: with the server that all of them share. */
import { sharedPostgres } from '../../kit/postgres.ts';
import { openPostgresStores } from './postgres-stores.ts';
import { openFileStores } from './stores.ts';
import type { StoreKind, Stores } from './stores.ts';

export async function openTestedStores(kind: StoreKind): Promise<Stores> {
  switch (kind) {
    case 'file':
      return openFileStores();
    case 'postgres':
      return openPostgresStores(await sharedPostgres());
  }
}
