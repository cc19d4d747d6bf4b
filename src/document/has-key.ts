/** Whether a YAML text has a key at its top, however it is written there: what may not be used is told when it is read. */
import { parseAllDocuments } from 'yaml';

/** Throws for what is no YAML, or more than one document of it. */
export function hasYamlKey(text: string, key: string): boolean {
  const documents = parseAllDocuments(text, { merge: true, uniqueKeys: false, logLevel: 'silent' });
  const [document, ...others] = 'empty' in documents ? [] : documents;
  if (document === undefined) return false;
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (others.length > 0) throw new Error('more than one document');
  const value: unknown = document.toJS();
  return typeof value === 'object' && value !== null && key in value;
}
