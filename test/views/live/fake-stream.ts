/** What was written, and a promise for what is to come. */
export type FakeStream = {
  columns: number;
  rows: number;
  write(text: string): boolean;
  readonly written: () => string;
  /** Resolves once something that holds `text` has been written. */
  readonly seen: (text: string) => Promise<void>;
};

export function createFakeStream(columns = 80, rows = 24): FakeStream {
  let all = '';
  const waiting = new Set<{ readonly text: string; readonly resolve: () => void }>();
  return {
    columns,
    rows,
    write(text) {
      all += text;
      for (const one of waiting) {
        if (!all.includes(one.text)) continue;
        waiting.delete(one);
        one.resolve();
      }
      return true;
    },
    written: () => all,
    seen: (text) =>
      new Promise((resolve) => {
        if (all.includes(text)) resolve();
        else waiting.add({ text, resolve });
      }),
  };
}
