/**
 * Selects the errors of a validator that name a mistake, each mistake once. A value of the wrong type also fails every other
 * keyword, and a misspelled key is also a missing key.
 */
import { nearest } from '../base/text.ts';
import { FINDINGS_PER_CODE_MAX } from '../findings/findings.ts';
import { quote } from '../findings/sentence.ts';

/** A validator generated from a schema: the part of ajv's standalone functions that is used here. */
export type SchemaCheck = {
  (value: unknown): boolean;
  /** The errors of the last call; `null` if there are none. */
  errors?: readonly SchemaError[] | null;
};

export type SchemaError = {
  readonly keyword: string;
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  /** The key, for an error about the name of a key. */
  readonly propertyName?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The keyword's own value. */
  readonly schema?: unknown;
  /** The schema object that contains the keyword. */
  readonly parentSchema?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
};

/** The errors of each value that name its mistake: a wrong choice first, then a wrong type, then all others. */
export function keepTelling(errors: readonly SchemaError[]): readonly SchemaError[] {
  const ranks = new Map<string, number>();
  for (const error of errors) {
    const subject = subjectOf(error);
    ranks.set(subject, Math.min(ranks.get(subject) ?? Infinity, rankOf(error)));
  }
  const telling = errors.filter(
    (error) => !WRAPPERS.has(error.keyword) && rankOf(error) === ranks.get(subjectOf(error)),
  );
  return telling.length > 0 ? dropMisspelt(telling) : errors;
}

/** A missing key that is only misspelled is one mistake: the finding of the misspelled key reports it. */
function dropMisspelt(errors: readonly SchemaError[]): readonly SchemaError[] {
  if (!errors.some(({ keyword }) => keyword === 'required')) return errors;
  const unknown = errors.filter(isUnknownKey).slice(0, FINDINGS_PER_CODE_MAX);
  return errors.filter(
    ({ keyword, instancePath, params }) =>
      keyword !== 'required' ||
      !unknown.some(
        (other) => other.instancePath === instancePath && nearestKnown(other) === params['missingProperty'],
      ),
  );
}

function isUnknownKey({ keyword }: SchemaError): boolean {
  return keyword === 'additionalProperties' || keyword === 'unevaluatedProperties';
}

export function unknownKeyOf({ params }: SchemaError): string {
  return String(params['additionalProperty'] ?? params['unevaluatedProperty']);
}

/** The known key that is most likely meant by an unknown one. */
export function nearestKnown(error: SchemaError): string | null {
  const key = unknownKeyOf(error);
  return key.length > NAME_CHARS_MAX ? null : nearest(key, knownKeys(error));
}

/** A limit, because the search for the nearest name takes time with its length. */
export const NAME_CHARS_MAX = 64;

export function knownKeys({ parentSchema }: SchemaError): readonly string[] {
  return Object.keys(objectOf(parentSchema?.['properties']));
}

/** They only say that a rule inside them failed, and that rule has its own error. */
const WRAPPERS = new Set(['propertyNames', 'if', 'allOf', 'anyOf', 'oneOf']);

function rankOf({ keyword }: SchemaError): number {
  if (keyword === 'enum' || keyword === 'const') return 0;
  if (keyword === 'type') return 1;
  return WRAPPERS.has(keyword) ? 3 : 2;
}

/** The subject of an error: a value, or the name of a key. */
function subjectOf({ instancePath, propertyName }: SchemaError): string {
  return propertyName === undefined ? instancePath : `${instancePath}\n${propertyName}`;
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

// Words for what a schema expects, and for what a value is.

/** The schema's own words if it has any, else words for its types. */
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

/** Words for the value. `source` is a scalar as in the file. */
export function describeFound(value: unknown, source: string | null): string {
  if (value === null)
    return source === null || source === '' ? 'nothing' : `${quote(source)}, which YAML reads as nothing`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return value === '' ? 'empty text' : `the text ${quote(value)}`;
  if (typeof value === 'number') return `the number ${quote(source ?? String(value))}`;
  return source === null ? 'a mapping' : quote(source);
}

/** The type of the value in words, without its content. */
export function describeKind(value: unknown): string {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  return TYPE_WORDS.get(type) ?? 'something else';
}

/** The scalar in quotes, so that YAML reads it as text; `null` if text is not allowed either. */
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
