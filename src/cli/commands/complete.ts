/**
 * `breakwater __complete -- WORD…`: what the shells' scripts ask. The first line of the answer says what follows:
 *
 *     words               then a line each: the whole word, a tab, and what it is
 *     files yaml yml      the shell itself offers files, with one of these endings where some are given
 *     folders
 */
import type { Command } from 'commander';
import { printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { chooseCompletion } from '../completion/choose.ts';
import type { Candidate, Chosen } from '../completion/choose.ts';
import { lookUp } from '../completion/look-up.ts';
import { CODES } from '../explain/codes.ts';
import type { Io } from '../io.ts';

export type CompleteFlags = { readonly program: Command; readonly words: readonly string[] };

export async function runComplete({ program, words }: CompleteFlags, io: Io): Promise<ExitCode> {
  const chosen = chooseCompletion(program, words);
  io.stdout.write(await answer(chosen, io));
  return EXIT.completed;
}

async function answer({ choice, prefix, state }: Chosen, io: Io): Promise<string> {
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
    case 'recorded':
      return renderWords(await lookUpQuietly({ ...choice, state }, io), prefix);
  }
}

/** One that has several meanings is offered once. */
function listCodes(): readonly Candidate[] {
  const meanings = new Map(CODES.toReversed().map(({ code, explanation }) => [code, explanation.meaning]));
  return [...meanings].toReversed().map(([text, about]) => ({ text, about }));
}

async function lookUpQuietly(wanted: Parameters<typeof lookUp>[0], io: Io): Promise<readonly Candidate[]> {
  try {
    return await lookUp(wanted, io);
  } catch {
    // In the middle of a command line there is no place for a complaint: the command itself will make it.
    return [];
  }
}

function renderWords(words: readonly Candidate[], prefix: string): string {
  const lines = words.map(({ text, about }) => `${prefix}${printable(text)}\t${printable(about)}`);
  return `${['words', ...lines].join('\n')}\n`;
}
