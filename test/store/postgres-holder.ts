/** A process that holds a rollout, appends to it for as long as it is let, and says what it has been told is durable. */
import { systemClock } from '../../src/base/clock.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';

const [, , url = '', name = ''] = process.argv;
const store = await openPostgresStore({ url, clock: systemClock });
if (store.kind === 'problem') throw new Error(store.message);
const runner = { host: 'a-machine', pid: process.pid, startedBy: 'a-test' };
const journal = await store.value.open(name as RolloutName, runner);
if (journal.kind !== 'done') throw new Error(JSON.stringify(journal));
for (let seq = journal.value.events.length + 1; ; seq++) {
  const outcome = await journal.value.append([
    { seq, at: seq, type: 'runner-stopped', why: 'interrupted', message: `by ${process.pid}` },
  ]);
  if (outcome.kind === 'problem') {
    process.stdout.write(`${outcome.problem}: ${outcome.message}\n`);
    break;
  }
  process.stdout.write(`${seq}\n`);
}
await journal.value.close();
await store.value.close();
