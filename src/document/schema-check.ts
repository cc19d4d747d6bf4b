/**
 * What a validator reports, and which of its errors name a mistake, each once: a value of the wrong type fails every other
 * keyword, too, and a key that is misspelt is missing as well.
 */
import { nearest } from '../base/text.ts';
import { FINDINGS_PER_CODE_MAX } from '../findings/findings.ts';
import { quote } from '../findings/sentence.ts';

/** What a validator that was made from a schema is: the shape of ajv's standalone functions, as far as it is used here. */
export type SchemaCheck = {
  (value: unknown): boolean;
  /** What is wrong in the value of the last call; `null` when nothing is. */
  errors?: readonly SchemaError[] | null;
};

export type SchemaError = {
  readonly keyword: string;
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  /** The key that the error is about, where it is about the name of one. */
  readonly propertyName?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The keyword's own value. */
  readonly schema?: unknown;
  /** The schema object that the keyword stands in. */
  readonly parentSchema?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
};

/** Of the errors of one value, those that tell its mistake: a wrong choice before a wrong type before all others. */
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

/** A key that is missing because it is misspelt is one mistake: the misspelt key tells it. */
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

/** The known key that an unknown one most likely stands for. */
export function nearestKnown(error: SchemaError): string | null {
  const key = unknownKeyOf(error);
  return key.length > NAME_CHARS_MAX ? null : nearest(key, knownKeys(error));
}

/** Finding the nearest name takes time with its length. */
export const NAME_CHARS_MAX = 64;

export function knownKeys({ parentSchema }: SchemaError): readonly string[] {
  return Object.keys(objectOf(parentSchema?.['properties']));
}

/** They say only that something within them failed, which says it itself. */
const WRAPPERS = new Set(['propertyNames', 'if', 'allOf', 'anyOf', 'oneOf']);

function rankOf({ keyword }: SchemaError): number {
  if (keyword === 'enum' || keyword === 'const') return 0;
  if (keyword === 'type') return 1;
  return WRAPPERS.has(keyword) ? 3 : 2;
}

/** What an error is about: a value, or the name of one. */
function subjectOf({ instancePath, propertyName }: SchemaError): string {
  return propertyName === undefined ? instancePath : `${instancePath}\n${propertyName}`;
}

export function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

// What a schema expects of a value, and what the value is, in words.

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
    return source === null || source === '' ? 'nothing' : `${quote(source)}, which YAML reads as nothing`;
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
