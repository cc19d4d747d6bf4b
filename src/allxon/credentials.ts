/** The API key, from the environment and from nowhere else. */

export type Credentials = { readonly keyId: string; readonly secret: string };

export type ReadCredentials =
  | { readonly kind: 'read'; readonly credentials: Credentials }
  /** `names` are the variables that are unset or empty. */
  | { readonly kind: 'missing'; readonly names: readonly string[] }
  /** `names` are the variables whose value cannot be one: white space about it, quotes in it, a control character. */
  | { readonly kind: 'malformed'; readonly names: readonly string[] };

const KEY_ID = 'ALLXON_API_KEY_ID';
const SECRET = 'ALLXON_API_SECRET';

/** A key's id stands between quotes in a header. */
const KEY_ID_PATTERN = /^[\x21\x23-\x7e]+$/;
const SECRET_PATTERN = /^[\x21-\x7e]+$/;

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
