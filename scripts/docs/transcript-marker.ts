/**
 * What a marker says of the transcript below it: `<!-- transcript: in=examples/canary exit=1 -->`. Values with spaces
 * stand in double quotes.
 *
 * | key | meaning | unless given |
 * |---|---|---|
 * | `run` | the command, where none stands in the block behind a `$` | those of the block |
 * | `before` | a command that is run first and not shown; may be given several times | none |
 * | `in` | the folder, from the root of the copy | the root |
 * | `exit` | how the last command ends | `0` |
 * | `continues` | `yes`: in the copy, and at the time, that the transcript above has left | a fresh copy |
 * | `from`, `until` | regular expressions: the first line that is shown, and the first one after it that is not | all |
 * | `omit` | a regular expression: lines that `[…]` stands for | none |
 * | in capitals | a variable of the environment | none |
 */

export type TranscriptMarker = {
  readonly run: string | null;
  readonly before: readonly string[];
  readonly folder: string;
  readonly exitCode: number;
  readonly continues: boolean;
  readonly from: RegExp | null;
  readonly until: RegExp | null;
  readonly omit: RegExp | null;
  readonly env: Readonly<Record<string, string>>;
};

const KEYS = ['run', 'before', 'in', 'exit', 'continues', 'from', 'until', 'omit'];

/** `null` for a marker of something else. Throws for a key that there is not. */
export function parseTranscriptMarker(marker: string): TranscriptMarker | null {
  const options = /^transcript(?::\s+(.*))?$/.exec(marker);
  if (options === null) return null;
  const given = readPairs(options[1] ?? '');
  const last = (key: string) => given.findLast(([name]) => name === key)?.[1] ?? null;
  const pattern = (key: string) => {
    const value = last(key);
    return value === null ? null : new RegExp(value, 'u');
  };
  const unknown = given.find(([name]) => !KEYS.includes(name) && !isVariable(name));
  if (unknown !== undefined)
    throw new Error(`a transcript has no key ${unknown[0]}, only ${KEYS.join(', ')}`);
  return {
    run: last('run'),
    before: given.flatMap(([name, value]) => (name === 'before' ? [value] : [])),
    folder: last('in') ?? '.',
    exitCode: Number(last('exit') ?? 0),
    continues: last('continues') === 'yes',
    from: pattern('from'),
    until: pattern('until'),
    omit: pattern('omit'),
    env: Object.fromEntries(given.filter(([name]) => isVariable(name))),
  };
}

function isVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

const PAIR = /(\w+)=(?:"([^"]*)"|([^\s"]\S*))/g;

function readPairs(text: string): readonly (readonly [string, string])[] {
  const rest = text.replace(PAIR, '').trim();
  if (rest !== '') throw new Error(`expected key=value, and found ${rest}`);
  return [...text.matchAll(PAIR)].map(([, name = '', quoted, bare]) => [name, quoted ?? bare ?? ''] as const);
}
