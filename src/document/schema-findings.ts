/**
 * Converts errors of a schema to findings, one for each mistake. The words for what is expected are in the schema, because
 * editors read them too (`patternErrorMessage`, `errorMessage`).
 */
import { nearest } from '../base/text.ts';
import type { Place, RelatedPlace } from '../findings/source-place.ts';
import { FINDINGS_PER_CODE_MAX, noteLeftOut, makeError } from '../findings/findings.ts';
import { isSecretKey } from '../findings/secrets.ts';
import {
  describeFound,
  describeKind,
  expectedWords,
  quotedForm,
  keepTelling,
  knownKeys,
  NAME_CHARS_MAX,
  nearestKnown,
  objectOf,
  unknownKeyOf,
} from './schema-check.ts';
import type { Path, Places } from './places.ts';
import { parsePointer } from './places.ts';
import type { SchemaError } from './schema-check.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type SchemaContext = {
  readonly kind: string;
  readonly root?: Path;
  readonly describe?: (path: Path) => string | null;
  readonly belongs?: (key: string, path: Path) => string | null;
  readonly value: unknown;
  readonly places: Places;
};

export function describeSchemaErrors(
  errors: readonly SchemaError[],
  context: SchemaContext,
): readonly Diagnostic[] {
  const byKeyword = new Map<string, SchemaError[]>();
  for (const error of keepTelling(errors)) {
    const alike = byKeyword.get(error.keyword);
    if (alike === undefined) byKeyword.set(error.keyword, [error]);
    else alike.push(error);
  }
  return [...byKeyword.values()].flatMap((alike) => {
    // Cut before the search for places: a file can contain a hundred thousand mistakes.
    const shown = alike.slice(0, FINDINGS_PER_CODE_MAX).map((error) => describeError(error, context));
    return [...dropRepeated(shown), ...noteLeftOut(shown.at(-1), alike.length)];
  });
}

/** A wrong value behind several aliases is one mistake, reported where the value is written. */
function dropRepeated(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Set<string>();
  return diagnostics.filter(({ code, place, facts, related }) => {
    const written = related[0] ?? place;
    const mark = `${code} ${written.range?.start ?? 0} ${JSON.stringify(facts)}`;
    if (seen.has(mark)) return false;
    seen.add(mark);
    return true;
  });
}

type Where = {
  /** From the file's root. */
  readonly path: Path;
  readonly place: Place;
  readonly related: readonly RelatedPlace[];
};

function describeError(error: SchemaError, context: SchemaContext): Diagnostic {
  const { places } = context;
  const path = [...(context.root ?? []), ...parsePointer(error.instancePath)];
  const where: Where = { path, place: places.placeOf(path), related: relatedOf(path, places) };
  switch (error.keyword) {
    case 'additionalProperties':
    case 'unevaluatedProperties':
      return describeUnknownKey(error, where, context);
    case 'required':
      return describeMissingKey(error, where, context);
    case 'type':
      return describeType(error, where, places);
    case 'enum':
    case 'const':
      return describeChoice(error, where, places);
    case 'pattern':
      return describePattern(error, where, places);
    default:
      return describeMeasure(error, where, context);
  }
}

function relatedOf(path: Path, { writtenAt }: Places): readonly RelatedPlace[] {
  const written = writtenAt(path);
  return written === null ? [] : [{ ...written, label: 'the value is written here' }];
}

function describeUnknownKey(error: SchemaError, where: Where, context: SchemaContext): Diagnostic {
  const key = unknownKeyOf(error);
  const path = [...where.path, key];
  const place = context.places.placeOfKey(path);
  if (isSecretKey(key) || (isOfSecret(where.path) && nearestKnown(error) === null)) {
    const masked = context.places.rangesOf(path);
    return makeError({ code: 'secret-in-file', place, facts: { key, masked } });
  }
  return makeError({
    code: 'schema-unknown-key',
    place,
    facts: {
      key,
      where: nameOf(where.path, context),
      nearest: nearestKnown(error),
      belongs: context.belongs?.(key, where.path) ?? null,
      known: knownKeys(error),
    },
    related: where.related,
  });
}

/** Whether the key of the value, or of a parent, names a secret. */
function isOfSecret(path: Path): boolean {
  return path.some((segment) => isSecretKey(String(segment)));
}

function describeMissingKey(
  { params, parentSchema }: SchemaError,
  where: Where,
  context: SchemaContext,
): Diagnostic {
  const key = String(params['missingProperty']);
  const property = objectOf(objectOf(parentSchema?.['properties'])[key]);
  const examples = property['examples'];
  const example = property['const'] ?? (Array.isArray(examples) ? (examples[0] as unknown) : undefined);
  return makeError({
    code: 'schema-missing-key',
    place: where.place,
    facts: {
      key,
      where: nameOf(where.path, context),
      example: typeof example === 'string' || typeof example === 'number' ? String(example) : null,
    },
    related: where.related,
  });
}

function describeType(error: SchemaError, where: Where, places: Places): Diagnostic {
  // A finding must not repeat the value of an argument called `password`.
  const isSecret = isOfSecret(where.path);
  const source = isSecret ? null : places.sourceOf(where.path);
  const quoted = isSecret ? null : quotedForm(error, source);
  return makeError({
    code: 'schema-type',
    place: where.place,
    facts: {
      // If only quotes are missing, the form of the text does not matter.
      expected: quoted === null ? expectedWords(error) : 'text',
      found: isSecret ? describeKind(error.data) : describeFound(error.data, source),
      quoted,
      isDashList: typeof error.data === 'string' && /^-[^\s-]/.test(error.data),
    },
    related: where.related,
  });
}

function describeChoice({ params, data }: SchemaError, where: Where, places: Places): Diagnostic {
  const values = params['allowedValues'] ?? [params['allowedValue']];
  const allowed = (Array.isArray(values) ? values : []).map((value: unknown) => String(value));
  const source = places.sourceOf(where.path);
  const found = source === '' ? null : source;
  return makeError({
    code: 'schema-enum',
    place: where.place,
    facts: {
      found,
      allowed,
      nearest: typeof data === 'string' && data.length <= NAME_CHARS_MAX ? nearest(data, allowed) : null,
    },
    related: where.related,
  });
}

function describePattern(error: SchemaError, { path, place, related }: Where, places: Places): Diagnostic {
  const expected = expectedWords(error);
  if (error.propertyName !== undefined) {
    const key = error.propertyName;
    const keyPlace = places.placeOfKey([...path, key]);
    return makeError({ code: 'schema-key-pattern', place: keyPlace, facts: { key, expected }, related });
  }
  return makeError({
    code: 'schema-pattern',
    place,
    facts: { expected, found: String(error.data) },
    related,
  });
}

function describeMeasure(
  error: SchemaError,
  { path, place, related }: Where,
  context: SchemaContext,
): Diagnostic {
  const limit = Number(error.params['limit'] ?? 0);
  const where = nameOf(path, context);
  switch (error.keyword) {
    case 'minItems':
    case 'minProperties':
    case 'minLength':
      return makeError({
        code: 'schema-empty',
        place,
        facts: { where, isText: error.keyword === 'minLength' },
        related,
      });
    case 'maxItems':
    case 'maxProperties':
      return makeError({ code: 'schema-too-many', place, facts: { where, max: limit }, related });
    case 'maxLength':
      return makeError({
        code: 'schema-too-long',
        place,
        facts: { max: limit, found: String(error.data).length },
        related,
      });
    case 'minimum':
      return makeError({
        code: 'schema-range',
        place,
        facts: { found: Number(error.data), bound: 'at least', limit },
        related,
      });
    case 'maximum':
      return makeError({
        code: 'schema-range',
        place,
        facts: { found: Number(error.data), bound: 'at most', limit },
        related,
      });
    default:
      return makeError({
        code: 'schema-other',
        place,
        facts: { where, keyword: error.keyword },
        related,
      });
  }
}

function nameOf(path: Path, { kind, root, describe }: SchemaContext): string {
  const named = describe?.(path);
  if (named !== undefined && named !== null) return named;
  const last = path.at(-1);
  if (last === undefined || path.length === (root ?? []).length) return `the ${kind}`;
  const parent = path.at(-2);
  return /^\d+$/.test(String(last)) && parent !== undefined
    ? `entry ${Number(last) + 1} of \`${parent}\``
    : `\`${last}\``;
}
