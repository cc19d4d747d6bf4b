/** Questions to a person at a terminal. */
import { createInterface } from 'node:readline/promises';
import type { Completer } from 'node:readline';
import { markOfCi } from '../base/ci.ts';
import type { Io } from './io.ts';

/** Why the user cannot be asked, as the start of a sentence; `null` if there is a user at the terminal. */
export function whyNotAsk({ stdin, stderr, env }: Io, isYesGiven: boolean): string | null {
  if (isYesGiven) return '--yes was given, so nothing can be asked';
  if (!stdin.isTTY || !stderr.isTTY) return 'there is no terminal for the question';
  // CI services give jobs a pseudo-terminal, which nobody reads.
  const mark = markOfCi(env);
  return mark === null ? null : `${mark} is set, so nobody can answer`;
}

export type Terminal = {
  /** Resolves to a line; to `null` if the terminal is closed or `withdrawn` aborts. */
  readonly ask: (question: string, withdrawn?: AbortSignal) => Promise<string | null>;
  readonly close: () => void;
};

/** A terminal for several questions. Text that is typed ahead or pasted answers the next questions. */
export function openTerminal(io: Io, completer?: Completer): Terminal {
  const terminal = createInterface({ input: io.stdin, output: io.stderr, completer });
  const closed = new AbortController();
  const typedAhead: string[] = [];
  terminal.on('line', (line) => typedAhead.push(line));
  // By default, Ctrl-C would only pause the terminal, and the process would exit with 0.
  terminal.once('SIGINT', () => {
    terminal.close();
  });
  terminal.once('close', () => {
    closed.abort();
  });
  return {
    async ask(question, withdrawn) {
      const ahead = typedAhead.shift();
      if (ahead !== undefined) {
        io.stderr.write(`${question}${ahead}\n`);
        return ahead;
      }
      const signals = withdrawn === undefined ? [closed.signal] : [closed.signal, withdrawn];
      try {
        return await terminal.question(question, { signal: AbortSignal.any(signals) });
      } catch {
        // The terminal was closed, Ctrl-C or Ctrl-D was pressed, or the question was withdrawn.
        io.stderr.write('\n');
        return null;
      }
    },
    close() {
      terminal.close();
    },
  };
}

/** One line from the terminal; empty if it was closed or `withdrawn` aborts. */
async function ask(question: string, io: Io, withdrawn?: AbortSignal): Promise<string> {
  const terminal = openTerminal(io);
  try {
    return (await terminal.ask(question, withdrawn)) ?? '';
  } finally {
    terminal.close();
  }
}

/** `waitMs`: how long an answer may take, or `null` for no limit. `withdrawn` cancels the question. */
export type Bounds = { readonly waitMs: number | null; readonly withdrawn?: AbortSignal };

/** Like `ask`, with limits. `isOver`: no answer came in time. */
export async function askFor(
  question: string,
  { waitMs, withdrawn }: Bounds,
  io: Io,
): Promise<{ readonly answer: string; readonly isOver: boolean }> {
  if (waitMs === null) return { answer: await ask(question, io, withdrawn), isOver: false };
  const over = new AbortController();
  const answered = new AbortController();
  const waiting = io.clock.sleepUntil(io.clock.now() + waitMs, answered.signal).then(() => {
    if (!answered.signal.aborted) over.abort();
  });
  const signals = withdrawn === undefined ? [over.signal] : [over.signal, withdrawn];
  const answer = await ask(question, io, AbortSignal.any(signals));
  answered.abort();
  await waiting;
  return { answer, isOver: over.signal.aborted };
}
