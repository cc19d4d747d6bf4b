/** Which keys name secrets, and which parts of a file must not be shown. */
import type { Range, SourceFile } from './source-place.ts';
import type { Diagnostic } from './catalogue.ts';

const SECRET_KEY =
  /secret|passw(?:or)?d|passphrase|token|api[_-]?key|credential|private[_-]?key|^allxon_api_(?!url$)/i;

/** Whether a value under this key is a secret, or the name of a secret. */
export function isSecretKey(key: string): boolean {
  return key.length <= KEY_CHARS_MAX && SECRET_KEY.test(key);
}

const KEY_CHARS_MAX = 100;

/**
 * Finds the rest of the line after such a key. It also works in text that is not valid YAML. Repetitions are bounded, so the
 * time is linear in the length of the text.
 */
const SECRET_LINE =
  /(?:secret|passw(?:or)?d|passphrase|token|api[_-]?key|credential|private[_-]?key|allxon_api_(?!url))[\w-]{0,40}["']?[ \t]{0,40}[:=][ \t]{0,40}/gi;

/** A password in a URL: after the user and before the host. */
const URL_PASSWORD = /(?<=[a-z0-9+.-]:\/\/[^\s:@/?#]{0,100}:)\S{1,300}(?=@)/gi;

/** The ranges that no excerpt of the file may show: the secrets of findings, and what looks like a secret. */
export function findMasked(
  { text, path, confidential = [] }: SourceFile,
  diagnostics: readonly Diagnostic[],
): readonly Range[] {
  const found = diagnostics.flatMap(({ place, facts }) =>
    facts !== null && 'masked' in facts && place.path === path ? facts.masked : [],
  );
  return [...confidential, ...found, ...findAlike(text)];
}

/** The ranges that look like secrets. */
function findAlike(text: string): readonly Range[] {
  const inUrls = Array.from(text.matchAll(URL_PASSWORD), ({ index, 0: password }): Range => ({
    start: index,
    end: index + password.length,
  }));
  const alike = Array.from(text.matchAll(SECRET_LINE), (match): Range => {
    const start = match.index + match[0].length;
    const lineEnd = text.indexOf('\n', start);
    return { start, end: lineEnd === -1 ? text.length : lineEnd };
  });
  return [...inUrls, ...alike];
}

/** Replaces what looks like a secret in any text. */
export function maskAlike(text: string): string {
  let shown = '';
  let at = 0;
  for (const { start, end } of [...findAlike(text)].sort((a, b) => a.start - b.start)) {
    if (end <= at) continue;
    shown += `${text.slice(at, Math.max(at, start))}***`;
    at = end;
  }
  return shown + text.slice(at);
}
