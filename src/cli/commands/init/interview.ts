/** One question after the other to a person, each asked until it is answered; or, where nobody is asked, what holds unless said. */
import { wrapTo } from '../../../base/columns.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import { asSentence, refused } from './readers.ts';
import type { Answer } from './readers.ts';
import { openTerminal } from '../../ask.ts';
import { fail } from '../../io.ts';
import type { Io } from '../../io.ts';
import { printable } from '../../../base/text.ts';
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';

export type Question<T> = {
  /** What there is to say before it, a line each. */
  readonly lines: readonly string[];
  /** A word. */
  readonly prompt: string;
  /** What an empty answer stands for; `null` where there has to be one. */
  readonly fallback: string | null;
  readonly read: (text: string) => Answer<T>;
};

/** It ends with the first `null`, told why; what is asked after that is `null`, too. */
export type Interview = {
  readonly ask: <T>(question: Question<T>) => Promise<T | null>;
  /** What a flag says, in place of a question. */
  readonly take: <T>(flag: string, answer: Answer<T>) => T | null;
  /** How to end after a `null`. */
  readonly exit: () => ExitCode;
  readonly close: () => void;
};

/** Nobody is asked: each question has a fallback. */
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
    const wrapped = lines.flatMap((line) => wrapTo(line, io.stderr.columns, indent));
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
        const answer = text === null ? refused('it needs an answer') : read(text);
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

function describeBeginning(path: string): string {
  return `A first plan, for ${printable(path)}. Enter takes what stands in brackets; Ctrl-C leaves, and nothing is written.`;
}

function takeOrTell<T>(what: string, answer: Answer<T>, io: Io): T | null {
  if (answer.kind === 'taken') return answer.value;
  fail(io, EXIT.refused, `${what}: ${answer.why}. Nothing was written`);
  return null;
}

/** As readline wants it: what `line` may become, and the part of it that they replace. */
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
    // There is no such folder, or it may not be read: then there is nothing to offer.
    return [[], line];
  }
}
