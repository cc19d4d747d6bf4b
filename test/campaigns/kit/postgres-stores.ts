/** Records in a PostgreSQL database: each rollout of the campaign in a schema of its own, looked at with plain SQL. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import type { CampaignStore, Stores } from './stores.ts';

/** What tells the statement that appends: it stands in no other. */
const APPEND_SQL = 'INSERT INTO lines';

const LINES = `FROM SCHEMA.lines JOIN SCHEMA.rollouts ON name = rollout AND rollouts.record = lines.record
  WHERE rollout = $1`;

const MISSING_TABLE = '42P01';

/** In the server at `port` of this machine, which lets `postgres` in without a password. */
export function openPostgresStores({ port }: { readonly port: number }): Stores {
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const pool = new pg.Pool({ connectionString: url, max: 4 });
  return {
    kind: 'postgres',
    open: () => Promise.resolve(storeIn(`campaign_${randomUUID().replaceAll('-', '')}`, { pool, url, port })),
    close: () => pool.end(),
  };
}

type Server = { readonly pool: pg.Pool; readonly url: string; readonly port: number };

function storeIn(schema: string, { pool, url, port }: Server): CampaignStore {
  const query = async (
    sql: string,
    values: readonly string[],
  ): Promise<readonly Record<string, unknown>[]> => {
    try {
      const { rows } = await pool.query(sql.replaceAll('SCHEMA', schema), [...values]);
      return rows as Record<string, unknown>[];
    } catch (error) {
      // Whoever was to make the tables was killed before.
      if (error instanceof Error && 'code' in error && error.code === MISSING_TABLE) return [];
      throw error;
    }
  };
  return {
    state: `${url}?schema=${schema}&application_name=${schema}`,
    database: { port, appendSql: APPEND_SQL },
    hasHeader: true,
    async readEvents(rollout) {
      const rows = await query(`SELECT line ${LINES} AND seq > 0 ORDER BY seq`, [rollout]);
      return rows.map(({ line }) => JSON.parse(String(line)) as JournaledEvent);
    },
    async loseLastEvent(rollout) {
      await query(
        `DELETE FROM SCHEMA.lines USING (SELECT max(seq) AS last ${LINES}) AS found WHERE rollout = $1 AND seq = last`,
        [rollout],
      );
    },
    async breakHold(rollout) {
      const ended = await query(
        'DELETE FROM SCHEMA.holders WHERE rollout = $1 RETURNING backend, pg_terminate_backend(backend)',
        [rollout],
      );
      const backend = String(ended[0]?.['backend']);
      while ((await query('SELECT FROM pg_stat_activity WHERE pid::text = $1', [backend])).length > 0) {
        await sleep(5);
      }
    },
    async comeToRest() {
      // The server works on for a moment at what a process has sent that is dead by now.
      while ((await query('SELECT FROM pg_stat_activity WHERE application_name = $1', [schema])).length > 0) {
        await sleep(5);
      }
    },
  };
}
