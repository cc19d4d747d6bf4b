/** A command for a person to read, without what may be a secret among its arguments. */
import { quoteForShell } from '../base/text.ts';
import { isSecretKey, maskAlike } from '../findings/secrets.ts';

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
