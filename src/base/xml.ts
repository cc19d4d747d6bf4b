/** Text from outside inside XML 1.0. */
import { printable } from './text.ts';

const SPECIAL = /[&<>"']/g;

/** What may not stand in an XML document, not even as an entity, and is no control character: halves of pairs, non-characters. */
const ILLEGAL = /[\ufffe\uffff]|\p{Surrogate}/gu;

/** For an attribute or between tags; control characters are shown as `\u001b`, and it is one line. */
export function escapeXml(text: string): string {
  return printable(text)
    .replace(ILLEGAL, '\ufffd')
    .replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}
