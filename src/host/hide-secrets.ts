/** What a program says of its failure, without what may be a secret in it. Rather too much is hidden than too little. */
import { createMask } from '../backend/allxon/mask.ts';
import { isSecretKey, maskAlike } from '../findings/secrets.ts';

export type SecretsBeside = {
  /** No word that stands in here is shown, nor any other spelling of it. */
  readonly beside: string;
  /** Nor are the values of variables whose names are those of secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Shorter ones are ordinary words, and masking them would take others apart. */
const SECRET_CHARS_MIN = 8;

/** Each text of a JSON object, or of what looks like a part of one, as it was meant: any of them may be the secret. */
function textsIn(beside: string): readonly string[] {
  const quoted = Array.from(beside.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([whole]) => unquote(whole));
  const words = beside.split(/[\s"',{}[\]]+/);
  return [...new Set([...quoted, ...words])].filter(({ length }) => length >= SECRET_CHARS_MIN);
}

function unquote(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json.slice(1, -1);
  }
}

/** As long as letters, digits and the signs of Base64 go. */
const WORD = /[\w+/-]+/g;

export function hideSecrets(text: string, { beside, env }: SecretsBeside): string {
  const variables = Object.entries(env)
    .filter(([name, value = '']) => isSecretKey(name) && value.length >= SECRET_CHARS_MIN)
    .map(([, value = '']) => value);
  return maskAlike(
    createMask([...variables, ...textsIn(beside)])(text).replace(WORD, (word) =>
      word.length >= SECRET_CHARS_MIN && beside.includes(word) ? '***' : word,
    ),
  );
}
