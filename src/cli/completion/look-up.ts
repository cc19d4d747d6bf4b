/**
 * What completion offers from the record. Somebody waits for each key that they press: only a record in a folder is looked
 * at, never a database or the network; and whatever is wrong, nothing is offered and nothing is said.
 */
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { locateRecord } from '../../host/find-record.ts';
import { openFileStore } from '../../store/file/file-store.ts';
import type { JournalStore } from '../../store/journal.ts';
import { parseRolloutName } from '../../plan/identifiers.ts';
import { doubtfulOf } from '../../views/tables/situation.ts';
import { fold } from '../../rollout/apply.ts';
import { needsApproval } from '../../rollout/start-conditions.ts';
import { resolveSettings } from '../../settings/resolve-settings.ts';
import type { Io } from '../io.ts';
import type { Candidate, Recorded } from './choose.ts';

/** A longer journal would take longer to read than anybody waits for. */
const JOURNAL_BYTES_MAX = 16 * 1024 * 1024;

export type Wanted = {
  readonly what: Recorded;
  readonly rollout: string | null;
  readonly state: string | null;
};

export async function lookUp({ what, rollout, state }: Wanted, io: Io): Promise<readonly Candidate[]> {
  const { cwd, env } = io;
  const { settings } = await resolveSettings({
    planPath: null,
    allowOutside: false,
    cwd,
    env,
    flags: { state, progress: null },
    uses: { record: true, api: false },
  });
  if (settings?.state.kind !== 'files') return [];
  const { state: value, stateFrom: from } = settings;
  const name = parseRolloutName(rollout ?? '');
  const located = name === null ? null : locateRecord({ name, folders: [cwd], state: { value, from } });
  if (located !== null && located.kind !== 'place') return [];
  const place = located?.state ?? value;
  if (place.kind !== 'files') return [];
  const { directory } = place;
  const store = openFileStore(directory, io.clock);
  if (what === 'rollouts') return listRollouts(store);
  const { size } = await stat(join(directory, rollout ?? '', 'journal.jsonl'));
  return size > JOURNAL_BYTES_MAX ? [] : listWithin(what, rollout ?? '', store);
}

async function listRollouts(store: JournalStore): Promise<readonly Candidate[]> {
  const names = await store.list();
  return names.kind === 'problem' ? [] : names.value.map((text) => ({ text, about: 'rollout' }));
}

async function listWithin(
  what: Exclude<Recorded, 'rollouts'>,
  rollout: string,
  store: JournalStore,
): Promise<readonly Candidate[]> {
  const name = parseRolloutName(rollout);
  const reading = name === null ? null : await store.read(name);
  if (reading?.kind !== 'done' || reading.value === null) return [];
  const { events, holder } = reading.value;
  const state = fold(events);
  if (what === 'holders') return holder === null ? [] : [{ text: holder.id, about: holder.host }];
  if (state === null) return [];
  switch (what) {
    case 'waves':
      return state.waves
        .filter((wave) => wave.phase === 'waiting' && needsApproval(state, wave))
        .map(({ wave }) => ({ text: wave.name, about: 'waits for approval' }));
    case 'deployments':
      return doubtfulOf(state, holder !== null).map(({ key }) => ({ text: key, about: 'in doubt' }));
  }
}
