/** Whether a YAML text has a key at its top, however it is written there: what may not be used is told when it is read. */
import { parse } from 'yaml';

/** Throws for what is no YAML. */
export function hasYamlKey(text: string, key: string): boolean {
  const value: unknown = parse(text, { merge: true, uniqueKeys: false, logLevel: 'silent' });
  return typeof value === 'object' && value !== null && key in value;
}
