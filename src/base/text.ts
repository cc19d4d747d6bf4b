/** `1 device`, `3 devices`; the plural is `noun` + `s` unless given. Thousands are separated: `12,000 devices`. */
export function count(n: number, noun: string, plural = `${noun}s`): string {
  return `${renderNumber(n)} ${n === 1 ? noun : plural}`;
}

/** `12000` as `12,000`, in every locale. */
export function renderNumber(n: number): string {
  return String(n).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

/** The candidate that `text` was most likely meant to be, or `null` when none is close (at most a third of it wrong). */
export function nearest(text: string, candidates: readonly string[]): string | null {
  const allowed = Math.max(1, Math.floor(text.length / 3));
  let best: { readonly candidate: string; readonly distance: number } | null = null;
  for (const candidate of candidates) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase());
    if (distance <= allowed && (best === null || distance < best.distance)) best = { candidate, distance };
  }
  return best === null ? null : best.candidate;
}

/** Characters that must not reach a terminal or a log as they are: controls, and marks that reorder text. */
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** Text from outside (a server's message, a name) made safe to print: control characters become `\u001b`-style. */
export function printable(text: string): string {
  return text.replace(UNPRINTABLE, escapeCharacter);
}

/** As `printable`, for text of several lines: it keeps its line ends. */
export function printableLines(text: string): string {
  return text.split('\n').map(printable).join('\n');
}

/** `\u001b`-style, as JSON and shells write a character. */
function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** What a shell takes as it stands, wherever it is in a word. */
const SHELL_SAFE = /^[A-Za-z0-9_@%+:,./-]+$/;

/**
 * `text` as one word for a POSIX shell. Where it holds what must not reach a terminal, it becomes `$'\u001b'`-style, which
 * bash, ksh and zsh read.
 */
export function quoteForShell(text: string): string {
  if (SHELL_SAFE.test(text)) return text;
  const shown = printable(text);
  if (shown === text) return `'${text.replaceAll("'", `'\\''`)}'`;
  return `$'${printable(text.replace(/[\\']/g, '\\$&'))}'`;
}

/** `a, b, c and 4 more`. `most` bounds how many are named. */
export function list(items: readonly string[], most = 5): string {
  if (items.length <= most) return items.join(', ');
  return `${items.slice(0, most).join(', ')} and ${renderNumber(items.length - most)} more`;
}

/** `a`, `a and b`, `a, b and c`; or with `or`. */
export function enumerate(items: readonly string[], word: 'and' | 'or' = 'and'): string {
  const last = items.at(-1) ?? '';
  return items.length < 2 ? last : `${items.slice(0, -1).join(', ')} ${word} ${last}`;
}

/** Insertions, deletions, substitutions and swaps of neighbours that make `a` into `b`. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number) => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          (row[j - 1] ?? 0) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}

// What the log of a CI service takes for a command to itself, as GitHub's, Azure's and TeamCity's do.

/** Where a line begins with it, be it indented; or wherever it stands. The first character of it. */
const COMMAND = /:(?=:)(?<=^[^\S\n]*:)|#(?=#(?:\[|vso\[|teamcity\[))/gim;

/** Text for a person, of any number of lines, in which a log finds no command. */
export function guardLog(text: string): string {
  return text.replace(COMMAND, escapeCharacter);
}

// JSON for programs that people look at too.

/** What JSON lets stand and a terminal would obey. It can only be within strings. */
const OBEYED = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

/** A document, or a line of one; a reader gets back the very value. `indent` is in spaces. */
export function renderJson(value: unknown, indent = 0): string {
  return guardLog(JSON.stringify(value, null, indent).replace(OBEYED, escapeCharacter));
}
