/** Where the rollouts of a campaign are kept on record, and the campaign's own look at those records: without Breakwater's code. */
import { readFileSync, rmSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../../src/base/assert.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';

export type StoreKind = 'file' | 'postgres';

/** One place for records, empty when it is opened. */
export type CampaignStore = {
  /** What `--state` is given. */
  readonly state: string;
  /** How the injector tells an append; `null` for what it knows by itself. */
  readonly database: { readonly port: number; readonly appendSql: string } | null;
  /** Whether a record begins with an append that holds no event. */
  readonly hasHeader: boolean;
  /** Every event on record, in order. A torn last line was never acknowledged, and is left out. */
  readonly readEvents: (rollout: string) => Promise<readonly JournaledEvent[]>;
  /** Loses the record's last line, as no store may: to show that the campaign would notice. */
  readonly loseLastEvent: (rollout: string) => Promise<void>;
  /** Ends whoever's hold there is, by force and without Breakwater: as somebody does who deletes a lock by hand. */
  readonly breakHold: (rollout: string) => Promise<void>;
  /** Resolves once nothing is under way any more of what dead processes had sent. */
  readonly comeToRest: () => Promise<void>;
};

export type Stores = {
  readonly kind: StoreKind;
  /** `folder` belongs to the case that asks. */
  readonly open: (folder: string) => Promise<CampaignStore>;
  readonly close: () => Promise<void>;
};

export function openFileStores(): Stores {
  return {
    kind: 'file',
    open: (folder) => Promise.resolve(fileStore(join(folder, 'state'))),
    close: () => Promise.resolve(),
  };
}

function fileStore(state: string): CampaignStore {
  const pathOf = (rollout: string) => join(state, rollout, 'journal.jsonl');
  return {
    state,
    database: null,
    hasHeader: true,
    readEvents: (rollout) => {
      // The first line is the header; what follows the last line feed is torn.
      const lines = readIfThere(pathOf(rollout)).split('\n').slice(1, -1);
      return Promise.resolve(lines.map((line) => JSON.parse(line) as JournaledEvent));
    },
    loseLastEvent: (rollout) => {
      const path = pathOf(rollout);
      const lines = readIfThere(path).split('\n').slice(0, -1);
      const lost = present(lines.at(-1), 'the last line');
      truncateSync(path, Buffer.byteLength(lines.join('\n')) - Buffer.byteLength(lost));
      return Promise.resolve();
    },
    breakHold: (rollout) => {
      rmSync(join(state, rollout, 'lock'));
      return Promise.resolve();
    },
    comeToRest: () => Promise.resolve(),
  };
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}
