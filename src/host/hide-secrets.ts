/** What a program says of its failure, without what may be a secret in it. Rather too much is hidden than too little. */
import { createMask } from '../allxon/mask.ts';
import { isSecretKey, maskAlike } from '../diagnostics/secrets.ts';

export type SecretsBeside = {
  /** No word that stands in here is shown. */
  readonly beside: string;
  /** Nor are the values of variables whose names are those of secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Shorter ones are ordinary words, and masking them would take others apart. */
const SECRET_CHARS_MIN = 8;

/** As long as letters, digits and the signs of Base64 go. */
const WORD = /[\w+/-]+/g;

export function hideSecrets(text: string, { beside, env }: SecretsBeside): string {
  const variables = Object.entries(env)
    .filter(([name, value = '']) => isSecretKey(name) && value.length >= SECRET_CHARS_MIN)
    .map(([, value = '']) => value);
  return maskAlike(
    createMask(variables)(text).replace(WORD, (word) =>
      word.length >= SECRET_CHARS_MIN && beside.includes(word) ? '***' : word,
    ),
  );
}
