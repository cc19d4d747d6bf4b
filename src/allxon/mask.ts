/**
 * Keeps secrets out of whatever is made of a server's words. It is laid over an answer before anything is read from it
 * or cut off it: half a secret at the end of an excerpt would no longer be recognized.
 */

/** Text from outside, made safe to keep. */
export type Mask = (text: string) => string;

const MASKED = '***';

/** Masks each of `confidential`, also as JSON and URLs may write it. */
export function createMask(confidential: readonly string[]): Mask {
  const written = new Set(confidential.flatMap((secret) => waysToWrite(secret)));
  return (text) => [...written].reduce((masked, secret) => masked.replaceAll(secret, MASKED), text);
}

function waysToWrite(secret: string): readonly string[] {
  if (secret === '') return [];
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, json, json.replaceAll('/', '\\/'), encodeURIComponent(secret)];
}
