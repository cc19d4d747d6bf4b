/** The API key: from the environment, or from what a command has printed. */

export type Credentials = { readonly keyId: string; readonly secret: string };

export type ReadCredentials =
  | { readonly kind: 'read'; readonly credentials: Credentials }
  /** `names` are the variables that are unset or empty. */
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  /** `names` are the variables whose value cannot be one: white space about it, quotes in it, a control character. */
  | { readonly kind: 'malformed'; readonly names: readonly string[] };

export type PrintedCredentials =
  | ReadCredentials
  /** Not one JSON object. What it is like instead is not told: it may be the secret itself. */
  | { readonly kind: 'not-json' | 'no-object' };

const KEY_ID = 'ALLXON_API_KEY_ID';
const SECRET = 'ALLXON_API_SECRET';

/** A key's id stands between quotes in a header. */
const KEY_ID_PATTERN = /^[\x21\x23-\x7e]+$/;
const SECRET_PATTERN = /^[\x21-\x7e]+$/;

/** By the names of the variables; empty ones are unset. */
export function readCredentials(env: Readonly<Record<string, string | undefined>>): ReadCredentials {
  const keyId = env[KEY_ID] ?? '';
  const secret = env[SECRET] ?? '';
  const missing = [...(keyId === '' ? [KEY_ID] : []), ...(secret === '' ? [SECRET] : [])];
  if (missing.length > 0) return { kind: 'missing', names: missing };
  const malformed = [
    ...(KEY_ID_PATTERN.test(keyId) ? [] : [KEY_ID]),
    ...(SECRET_PATTERN.test(secret) ? [] : [SECRET]),
  ];
  if (malformed.length > 0) return { kind: 'malformed', names: malformed };
  return { kind: 'read', credentials: { keyId, secret } };
}

/** One JSON object with the names of the variables for its keys. Others are passed over: a secret manager may add some. */
export function parseCredentials(text: string): PrintedCredentials {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { kind: 'not-json' };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return { kind: 'no-object' };
  const members: ReadonlyMap<string, unknown> = new Map(Object.entries(value));
  const found = new Map<string, string>();
  const odd: string[] = [];
  for (const name of [KEY_ID, SECRET]) {
    const member = members.get(name) ?? '';
    if (typeof member === 'string') found.set(name, member);
    else odd.push(name);
  }
  return odd.length > 0 ? { kind: 'malformed', names: odd } : readCredentials(Object.fromEntries(found));
}
