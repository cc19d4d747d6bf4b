/**
 * `breakwater __complete -- WORD…`: called by the completion scripts. The first line of the answer gives the kind:
 *
 *     words               then one line for each: the whole word, a tab, and a description
 *     files yaml yml      the shell itself offers files, with one of these endings if any are given
 *     folders
 */
import type { Command } from 'commander';
import { printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { chooseCompletion } from '../completion/choose.ts';
import type { Candidate, Chosen, Recorded } from '../completion/choose.ts';
import { CODES } from '../explain/codes.ts';
import type { Io } from '../io.ts';
import { listPages } from './help.ts';
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

export type CompleteFlags = { readonly program: Command; readonly words: readonly string[] };

export async function runComplete({ program, words }: CompleteFlags, io: Io): Promise<ExitCode> {
  const chosen = chooseCompletion(program, words);
  io.stdout.write(await answer(chosen, program, io));
  return EXIT.completed;
}

async function answer({ choice, prefix, state }: Chosen, program: Command, io: Io): Promise<string> {
  switch (choice.kind) {
    case 'words':
      return renderWords(choice.words, prefix);
    case 'files':
      return `${['files', ...choice.endings].join(' ')}\n`;
    case 'files-or-rollouts': {
      const wanted = { what: 'rollouts', rollout: null, state } as const;
      const names = choice.typed === '' ? [] : await lookUpQuietly(wanted, io);
      const begun = names.filter(({ text }) => text.startsWith(choice.typed));
      return begun.length > 0 ? renderWords(begun, prefix) : `${['files', ...choice.endings].join(' ')}\n`;
    }
    case 'folders':
      return 'folders\n';
    case 'codes':
      return renderWords(listCodes(), prefix);
    case 'topics':
      return renderWords(listTopics(program), prefix);
    case 'recorded':
      return renderWords(await lookUpQuietly({ ...choice, state }, io), prefix);
  }
}

function listTopics(program: Command): readonly Candidate[] {
  const commands = program.createHelp().visibleCommands(program);
  return [
    ...commands.map((command) => ({ text: command.name(), about: command.summary() })),
    ...listPages().map((page) => ({ text: page, about: 'page of the documentation' })),
  ];
}

/** A code with several meanings is offered once. */
function listCodes(): readonly Candidate[] {
  const meanings = new Map(CODES.toReversed().map(({ code, explanation }) => [code, explanation.meaning]));
  return [...meanings].toReversed().map(([text, about]) => ({ text, about }));
}

async function lookUpQuietly(wanted: Wanted, io: Io): Promise<readonly Candidate[]> {
  try {
    return await lookUp(wanted, io);
  } catch {
    // An error cannot be shown while the user types. The command itself will report it.
    return [];
  }
}

function renderWords(words: readonly Candidate[], prefix: string): string {
  const lines = words.map(({ text, about }) => `${prefix}${printable(text)}\t${printable(about)}`);
  return `${['words', ...lines].join('\n')}\n`;
}

/** A longer journal takes too long to read while the user types. */
const JOURNAL_BYTES_MAX = 16 * 1024 * 1024;

type Wanted = {
  readonly what: Recorded;
  readonly rollout: string | null;
  readonly state: string | null;
};

/**
 * Completions from records. They must be fast, so this reads only records in a folder, never a database or the network.
 */
async function lookUp({ what, rollout, state }: Wanted, io: Io): Promise<readonly Candidate[]> {
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
