/**
 * Keeps secrets out of whatever is made of a server's words. It is laid over a text before anything is cut off it: half a
 * secret at the end of an excerpt would no longer be recognized.
 *
 * A secret that somebody echoes is seldom spelt as it was sent. Masked are, besides the text itself:
 *
 * 1. each of its characters escaped, as JSON (`\u003d`), JavaScript (`\x3d`, `%u003D`), C (`\075`), Python (`\U0000003d`), URLs
 *    (`%3D`), mail (`=3D`) and HTML (`&#61;`, `&amp;`) escape them, also several times over, in any mixture;
 * 2. upper and lower case;
 * 3. hex, and Base64 in both alphabets, also where it is encoded together with what stands before and after it;
 * 4. without the padding of Base64, in its other alphabet, and with spaces for `+`, as forms are read;
 * 5. each of these escaped as in 1.
 *
 * Rather too much is masked than too little: a text that holds a secret which cannot be cut out is masked whole.
 */

/** Text from outside, made safe to keep. */
export type Mask = (text: string) => string;

const MASKED = '***';

/** Masks each of `confidential`, as others may write it. */
export function createMask(confidential: readonly string[]): Mask {
  // The longest first: a part of one that is masked would leave the rest of it.
  const spellings = [...new Set(confidential.flatMap(spell))]
    .toSorted((a, b) => b.length - a.length)
    .map((spelling) => ({ spelling, forms: plainFormsOf(spelling) }));
  const lengthMin = Math.min(...spellings.flatMap(({ forms }) => forms.map(({ length }) => length)));
  return (text) => {
    if (text.length < lengthMin) return text;
    const within = plainFormsOf(text);
    const held = spellings.filter(({ forms }) => isHeld(forms, within));
    if (held.length === 0) return text;
    const masked = held.reduce((rest, { spelling }) => rest.replace(patternOf(spelling), MASKED), text);
    const left = plainFormsOf(masked);
    return held.some(({ forms }) => isHeld(forms, left)) ? MASKED : masked;
  };
}

/** Each text of a JSON value masked, the names of members too; the value itself where nothing is. */
export function maskValue(value: unknown, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value);
  if (Array.isArray(value)) return maskEach(value, mask);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value);
  const masked = entries.map(([key, member]) => [mask(key), maskValue(member, mask)] as const);
  const isLeft = masked.every(([key, member], at) => key === entries[at]?.[0] && member === entries[at][1]);
  return isLeft ? value : Object.fromEntries(masked);
}

function maskEach(list: readonly unknown[], mask: Mask): readonly unknown[] {
  const masked = list.map((entry) => maskValue(entry, mask));
  return masked.every((entry, at) => entry === list[at]) ? list : masked;
}

/** Shorter than this, an encoded secret is found in what has nothing to do with it. */
const ENCODED_CHARS_MIN = 8;

/** The secret, and the encodings that give it other characters. */
function spell(secret: string): readonly string[] {
  if (secret === '') return [];
  const bytes = Buffer.from(secret, 'utf8');
  const isHex = secret.length % 2 === 0 && /^[0-9a-f]+$/i.test(secret);
  const encoded = [
    bytes.toString('hex'),
    ...base64Within(bytes),
    // A signature is hex already: others write its bytes.
    ...(isHex ? base64Within(Buffer.from(secret, 'hex')) : []),
  ];
  const others = [...respell(secret), ...encoded].filter(({ length }) => length >= ENCODED_CHARS_MIN);
  return [secret, ...others];
}

/** One that looks like Base64, in both alphabets and without its padding; and as a form's field is read, `+` for a space. */
function respell(secret: string): readonly string[] {
  const bare = secret.replace(/=+$/, '');
  return [bare, secret.replaceAll('+', ' ')].flatMap((text) => [
    text,
    text.replaceAll('+', '-').replaceAll('/', '_'),
    text.replaceAll('-', '+').replaceAll('_', '/'),
  ]);
}

/** What of the Base64 of a longer text depends on `bytes` alone, wherever they stand in it, in both alphabets. */
function base64Within(bytes: Buffer): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
    const from = Math.ceil((before * 4) / 3);
    const to = Math.floor(((before + bytes.length) * 4) / 3);
    const core = text.slice(from, to);
    return [core, core.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

/** How often a text may have been escaped over. */
const ESCAPED_TIMES_MAX = 8;

function isHeld(forms: readonly string[], within: readonly string[]): boolean {
  return within.some((text) => forms.some((form) => text.includes(form)));
}

/** Without capitals and backslashes, with and without escapes: a secret may hold what looks like one. */
function plainFormsOf(text: string): readonly string[] {
  const simple = simplify(text);
  return [...new Set([simple, simplify(unescape(text)), simplify(unescape(unescapeRarely(text)))])];
}

/** As C and mail escape. What looks like that may be anything else (`key=ab`), so it is read in both ways. */
function unescapeRarely(text: string): string {
  return text
    .replace(/\\([0-3][0-7]{2})/g, (whole, octal) => charOf(String(octal), 8, whole))
    .replace(/=([0-9a-f]{2})/gi, (whole, hex) => charOf(String(hex), 16, whole));
}

function simplify(text: string): string {
  return text.replaceAll('\\', '').toLowerCase();
}

function unescape(text: string): string {
  let plain = text;
  for (let times = 0; times < ESCAPED_TIMES_MAX && /[\\%&]/.test(plain); times++) {
    const next = unescapeOnce(plain);
    if (next === plain) break;
    plain = next;
  }
  return plain;
}

function unescapeOnce(text: string): string {
  return text
    .replace(/\\U([0-9a-fA-F]{8})/g, (whole, hex) => charOf(String(hex), 16, whole))
    .replace(/%u([0-9a-f]{4})/gi, (whole, hex) => charOf(String(hex), 16, whole))
    .replace(/\\(?:u([0-9a-f]{4})|u\{0{0,6}([0-9a-f]{1,6})\}|x([0-9a-f]{2}))/gi, (whole, ...found) =>
      charOf(found.slice(0, 3).join(''), 16, whole),
    )
    .replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'))
    .replace(/&#x0{0,6}([0-9a-f]{1,6});?/gi, (whole, hex) => charOf(String(hex), 16, whole))
    .replace(/&#0{0,6}([0-9]{1,7});?/g, (whole, decimal) => charOf(String(decimal), 10, whole))
    .replace(/&([a-z]{2,6});/gi, (whole, name) => CHARS[String(name).toLowerCase()] ?? whole);
}

function charOf(digits: string, radix: 8 | 10 | 16, otherwise: string): string {
  const code = Number.parseInt(digits, radix);
  return code <= 0x10ffff ? String.fromCodePoint(code) : otherwise;
}

const NAMES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
  '+': 'plus',
  '/': 'sol',
  '=': 'equals',
};
const CHARS: Readonly<Record<string, string | undefined>> = Object.fromEntries(
  Object.entries(NAMES).map(([char, name]) => [name, char]),
);

function patternOf(spelling: string): RegExp {
  return new RegExp(Array.from(spelling, patternOfChar).join(''), 'giu');
}

/** The character, or an escape of it, which may have been escaped itself. */
function patternOfChar(char: string): string {
  const code = char.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  const bytes = Array.from(Buffer.from(char, 'utf8'), (byte) => byte.toString(16).padStart(2, '0'));
  const named = NAMES[char];
  const entities = [`#x0{0,6}${hex}`, `#0{0,6}${code}`, ...(named === undefined ? [] : [named])];
  const escapes = [
    `\\\\{0,8}${char.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&')}`,
    `\\\\{1,8}(?:u${hex.padStart(4, '0')}|u\\{0{0,6}${hex}\\}|x${hex.padStart(2, '0')}|U${hex.padStart(8, '0')}|${code.toString(8).padStart(3, '0')})`,
    `%u${hex.padStart(4, '0')}|=${hex.padStart(2, '0')}`,
    bytes.map((byte) => `%(?:25){0,3}${byte}`).join(''),
    `&(?:amp;){0,3}(?:${entities.join('|')});?`,
  ];
  return `(?:${escapes.join('|')})`;
}
