/**
 * What of the settings must not be shown. In excerpts of their file: whatever stands under `credentials` but its keys and the
 * time-out. Those who do not know that only a command belongs there write the API key itself, and an argument may be a token.
 */
import type { Range } from '../findings/source-place.ts';
import type { Path, Places } from '../document/places.ts';
import { quoteForShell } from '../base/text.ts';
import { isSecretKey, maskAlike } from '../findings/secrets.ts';

/** `root`: where the settings begin in the file. */
export function findConfidential(
  text: string,
  { rangesOf }: Pick<Places, 'rangesOf'>,
  root: Path,
): readonly Range[] {
  const [whole] = rangesOf(root);
  // Nothing has a place in a file that could not be read.
  if (whole === undefined) return maskValues(text, findByIndentation(text));
  // What is not there stands where its parent does.
  const written = rangesOf([...root, 'credentials']).filter(({ start }) => start !== whole.start);
  return written.flatMap((range) => maskValues(text, range));
}

function maskValues(text: string, { start, end }: Range): readonly Range[] {
  return Array.from(text.slice(start, end).matchAll(LINE), (match): Range | null => {
    const { before = '', key = '' } = match.groups ?? {};
    if (/\btimeout\b/.test(key)) return null;
    const from = start + match.index;
    return { start: from + before.length + key.length, end: from + match[0].length };
  }).filter((range) => range !== null);
}

/** A line, and what of it stands before its value. Repetitions are bounded, so that the time is linear in the text. */
const LINE =
  /^(?<before>[ \t]{0,100}(?:-[ \t]{1,9})?)(?<key>(?:["']?[\w-]{1,60}["']?[ \t]{0,9}:(?:[ \t]{1,9}|$))?)[^\n]*/gm;

/** The line of the key, and those that are indented more than it. */
const BLOCK =
  /^(?<indent>[ \t]*)["']?credentials["']?[ \t]*:[^\n]*(?:\n(?:\k<indent>[ \t]+[^\n]*|[ \t\r]*$))*/m;

function findByIndentation(text: string): Range {
  const found = BLOCK.exec(text);
  return found === null ? { start: 0, end: 0 } : { start: found.index, end: found.index + found[0].length };
}

// A command as text without what may be a secret among its arguments.

/** As one would type it into a shell. */
export function showCommand(run: readonly string[]): string {
  return run
    .map((word, index) => (isSecretFlag(run[index - 1] ?? '') ? '***' : maskAlike(word)))
    .map((word) => (word === '***' ? word : quoteForShell(word)))
    .join(' ');
}

/** One that is followed by its value, as in `--token VALUE`. */
function isSecretFlag(word: string): boolean {
  return word.startsWith('-') && !word.includes('=') && isSecretKey(word);
}
