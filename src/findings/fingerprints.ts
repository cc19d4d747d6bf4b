/** What tells a finding from others, in reports of one commit and of the next. */
import { createHash } from 'node:crypto';
import { renderSentence } from './catalogue.ts';
import type { Diagnostic } from './catalogue.ts';

/**
 * The same for a finding as long as its file says the same thing wrong, wherever that is moved to within the file. Made of
 * what is shown of the finding, not of the line itself, which may hold a secret.
 */
export function createFingerprints(
  pathOf: (path: string) => string | null,
): (diagnostic: Diagnostic) => string {
  const seen = new Map<string, number>();
  return (diagnostic) => {
    const { code, place } = diagnostic;
    const said = JSON.stringify([code, pathOf(place.path) ?? place.path, renderSentence(diagnostic).message]);
    const before = seen.get(said) ?? 0;
    seen.set(said, before + 1);
    return createHash('sha256').update(`${said}#${before}`).digest('hex');
  };
}
