/**
 * Of all that a validator reports, the errors that tell a mistake, each once: a value of the wrong type fails every other
 * keyword, too, and a key that is misspelt is missing as well.
 */
import { nearest } from '../base/text.ts';
import { FINDINGS_PER_CODE_MAX } from '../findings/findings.ts';
import type { SchemaError } from './schema-check.ts';

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
