/**
 * The parts of the settings that must not be shown. In excerpts, this is everything under `credentials` except its keys and
 * the timeout: users may write the API key there by mistake, and an argument of the command may be a token.
 */
import type { Range } from '../findings/source-place.ts';
import type { Path, Places } from '../document/places.ts';
import { quoteForShell } from '../base/text.ts';
import { isSecretKey, maskAlike } from '../findings/secrets.ts';

/** `root`: the path of the settings in the file. */
export function findConfidential(
  text: string,
  { rangesOf }: Pick<Places, 'rangesOf'>,
  root: Path,
): readonly Range[] {
  const [whole] = rangesOf(root);
  // A file that could not be parsed has no places.
  if (whole === undefined) return maskValues(text, findByIndentation(text));
  // The place of a missing value is that of its parent.
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

/** A line, and the part before its value. Repetitions are bounded, so the time is linear in the length of the text. */
const LINE =
  /^(?<before>[ \t]{0,100}(?:-[ \t]{1,9})?)(?<key>(?:["']?[\w-]{1,60}["']?[ \t]{0,9}:(?:[ \t]{1,9}|$))?)[^\n]*/gm;

/** The line of the key, and the lines that are indented deeper. */
const BLOCK =
  /^(?<indent>[ \t]*)["']?credentials["']?[ \t]*:[^\n]*(?:\n(?:\k<indent>[ \t]+[^\n]*|[ \t\r]*$))*/m;

function findByIndentation(text: string): Range {
  const found = BLOCK.exec(text);
  return found === null ? { start: 0, end: 0 } : { start: found.index, end: found.index + found[0].length };
}

// A command as text, without arguments that may be secrets.

/** As typed in a shell. */
export function showCommand(run: readonly string[]): string {
  return run
    .map((word, index) => (isSecretFlag(run[index - 1] ?? '') ? '***' : maskAlike(word)))
    .map((word) => (word === '***' ? word : quoteForShell(word)))
    .join(' ');
}

/** A flag with a separate value, as in `--token VALUE`. */
function isSecretFlag(word: string): boolean {
  return word.startsWith('-') && !word.includes('=') && isSecretKey(word);
}
