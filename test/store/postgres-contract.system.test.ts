import { onTestFinished } from 'vitest';
import { administer, newSchema, sharedPostgres, urlOf } from '../kit/postgres.ts';
import { storeAt } from '../kit/postgres-stores.ts';
import { describeStoreContract } from './contract.ts';

describeStoreContract('a PostgreSQL database', async () => {
  const place = await sharedPostgres();
  const schema = newSchema();
  const admin = await administer(place, schema);
  const [one, other] = [`${schema}_1`, `${schema}_2`];
  const urlFor = (runner: string) => urlOf(place, { schema, parameters: { application_name: runner } });
  /** As the server does with the sessions of a process that has died. */
  const killSessions = async (runner: string) => {
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1`, [
      runner,
    ]);
    const left = 'SELECT FROM pg_stat_activity WHERE application_name = $1';
    while ((await admin.query(left, [runner])).rowCount !== 0);
  };
  // Journals that a test has left open.
  onTestFinished(async () => {
    await killSessions(one);
    await killSessions(other);
  });
  return {
    first: await storeAt(urlFor(one)),
    second: await storeAt(urlFor(other)),
    killSecond: () => killSessions(other),
  };
});
