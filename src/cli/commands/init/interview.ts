/** Asks one question after the other until each is answered. If nothing can be asked, uses the defaults. */
import { wrapTo } from '../../../base/columns.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import { asSentence, refused } from './readers.ts';
import type { Answer } from './readers.ts';
import { openTerminal } from '../../ask.ts';
import { columnsOf, fail } from '../../io.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../../base/text.ts';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

export type Question<T> = {
  /** Lines to print before the question. */
  readonly lines: readonly string[];
  /** A word. */
  readonly prompt: string;
  /** Value of an empty answer; `null` if an answer is required. */
  readonly fallback: string | null;
  readonly read: (text: string) => Answer<T>;
};

/** Ends with the first `null`, after printing why. Later questions resolve to `null` too. */
export type Interview = {
  readonly ask: <T>(question: Question<T>) => Promise<T | null>;
  /** Takes the value of a flag instead of asking. */
  readonly take: <T>(flag: string, answer: Answer<T>) => T | null;
  /** The exit code after a `null`. */
  readonly exit: () => ExitCode;
  readonly close: () => void;
};

/** Asks nothing: uses the fallback of each question. */
export function assumeFallbacks(io: Io): Interview {
  const take: Interview['take'] = (what, answer) => takeOrTell(what, answer, io);
  return {
    take,
    ask: ({ prompt, fallback, read }) => Promise.resolve(take(prompt, read(fallback ?? ''))),
    exit: () => EXIT.refused,
    close: () => undefined,
  };
}

export function openInterview(path: string, io: Io): Interview {
  const terminal = openTerminal(io, (line) => completePath(line, io.cwd));
  let ended: ExitCode | null = null;
  let isBegun = false;
  const say = (lines: readonly string[], indent = 0) => {
    const wrapped = lines.flatMap((line) => wrapTo(line, columnsOf(io.stderr), indent));
    io.stderr.write(wrapped.map((line) => `${line}\n`).join(''));
  };
  return {
    take(flag, answer) {
      const value = takeOrTell(flag, answer, io);
      if (value === null) ended ??= EXIT.refused;
      return value;
    },
    async ask({ lines, prompt, fallback, read }) {
      if (ended !== null) return null;
      if (!isBegun) say([describeBeginning(path)]);
      isBegun = true;
      say(['', ...lines]);
      for (;;) {
        const typed = await terminal.ask(`${prompt}${fallback === null ? '' : ` [${fallback}]`}: `);
        if (typed === null) {
          io.stderr.write('Nothing was written.\n');
          ended = EXIT.unfinished;
          return null;
        }
        const text = typed.trim() === '' ? fallback : typed.trim();
        const answer = text === null ? refused(describeRequired(prompt)) : read(text);
        if (answer.kind === 'taken') return answer.value;
        say([`  ${asSentence(answer.why)}`], 2);
      }
    },
    exit: () => ended ?? EXIT.unfinished,
    close() {
      if (isBegun && ended === null) say(['']);
      terminal.close();
    },
  };
}

function describeRequired(prompt: string): string {
  if (prompt.endsWith('s')) return `${prompt} are required`;
  return `${/^[aeiou]/.test(prompt) ? 'an' : 'a'} ${prompt} is required`;
}

function describeBeginning(path: string): string {
  return `Creates a first plan, ${printable(path)}. Press Enter to accept the value in brackets. Press Ctrl-C to cancel; nothing is written.`;
}

function takeOrTell<T>(what: string, answer: Answer<T>, io: Io): T | null {
  if (answer.kind === 'taken') return answer.value;
  fail(io, EXIT.refused, `${what}: ${answer.why}. Nothing was written.`);
  return null;
}

/** A completer for readline: the candidates, and the part of `line` that they replace. */
function completePath(line: string, cwd: string): [string[], string] {
  const folder = line.slice(0, line.lastIndexOf('/') + 1);
  try {
    const found = readdirSync(resolve(cwd, folder), { withFileTypes: true })
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .filter((path) => path.startsWith(line) && printable(path) === path);
    return [
      found.filter((path) => line !== folder || !path.slice(folder.length).startsWith('.')).sort(),
      line,
    ];
  } catch {
    // The folder does not exist or cannot be read: offer nothing.
    return [[], line];
  }
}
