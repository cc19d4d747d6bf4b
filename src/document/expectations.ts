/** What a schema expects of a value, and what the value is, in words. */
import { quote } from '../findings/sentence.ts';
import type { SchemaError } from './schema-check.ts';

/** From the schema's own words, if it has any, or from its types. */
export function expectedWords({ parentSchema, params }: SchemaError): string {
  const own = parentSchema?.['errorMessage'] ?? parentSchema?.['patternErrorMessage'];
  if (typeof own === 'string') return own;
  const types = params['type'] ?? parentSchema?.['type'];
  const names = (Array.isArray(types) ? types : String(types).split(',')).map((type) =>
    TYPE_WORDS.get(String(type)),
  );
  return names.filter((name) => name !== undefined).join(' or ');
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['string', 'text'],
  ['integer', 'a whole number'],
  ['number', 'a number'],
  ['boolean', '`true` or `false`'],
  ['object', 'a mapping'],
  ['array', 'a list'],
  ['null', 'nothing'],
]);

/** The value as a person would name it; `source` is a scalar as it stands in the file. */
export function describeFound(value: unknown, source: string | null): string {
  if (value === null)
    return source === null || source === '' ? 'nothing' : `${quote(source)}, which is nothing in YAML`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'empty text' : `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${quote(source ?? String(value))}`;
  return source === null ? 'a mapping' : quote(source);
}

/** What the value is, without what it says. */
export function describeKind(value: unknown): string {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return TYPE_WORDS.get(type) ?? 'something else';
}

/** How the scalar must be written to be the text that is expected, or `null` if text would not do either. */
export function quotedForm({ parentSchema, data }: SchemaError, source: string | null): string | null {
  const types = parentSchema?.['type'];
  const isTextExpected = types === 'string' || (Array.isArray(types) && types.includes('string'));
  const isScalar = data === null || typeof data === 'number' || typeof data === 'boolean';
  if (!isTextExpected || !isScalar) return null;
  const text = source ?? '';
  const pattern = parentSchema?.['pattern'];
  if (typeof pattern === 'string' && !new RegExp(pattern, 'u').test(text)) return null;
  return text.length > QUOTED_CHARS_MAX ? null : `'${text}'`;
}

const QUOTED_CHARS_MAX = 60;
