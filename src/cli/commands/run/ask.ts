import { createInterface } from 'node:readline/promises';
import type { Io } from '../../io.ts';

/** One line from the terminal; nothing where it was closed, or the question was taken back by `withdrawn`. */
export async function ask(question: string, io: Io, withdrawn?: AbortSignal): Promise<string> {
  const terminal = createInterface({ input: io.stdin, output: io.stderr });
  const closed = new AbortController();
  // Left alone, Ctrl-C would only pause the terminal, and the process would end as if all had gone well.
  terminal.once('SIGINT', () => {
    terminal.close();
  });
  terminal.once('close', () => {
    closed.abort();
  });
  const signals = withdrawn === undefined ? [closed.signal] : [closed.signal, withdrawn];
  try {
    return await terminal.question(question, { signal: AbortSignal.any(signals) });
  } catch {
    // The terminal was closed, or Ctrl-C or Ctrl-D was pressed, or somebody else has answered: that is no.
    io.stderr.write('\n');
    return '';
  } finally {
    terminal.close();
  }
}
