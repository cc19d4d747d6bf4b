/**
 * Reads a YAML file by its schema: the result is a value of a known shape, or all findings. There are two stages, YAML and
 * then the schema. The second runs only if the first has no findings. Other modules check the meaning of the value.
 */
import type { SourceFile } from '../findings/source-place.ts';
import { limitFindings, sortFindings, makeError } from '../findings/findings.ts';
import { buildValue } from './build-value.ts';
import { DEPTH_MAX, TOKENS_MAX, parseYaml } from './parse-yaml.ts';
import type { ParsedYaml, YamlTooMuch } from './parse-yaml.ts';
import type { Path, Places } from './places.ts';
import { createPlaces } from './places.ts';
import type { SchemaCheck } from './schema-check.ts';
import { describeSchemaErrors } from './schema-findings.ts';
import { describeFaults } from './syntax-findings.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type DocumentSpec = {
  /** The kind of file: `plan`. */
  readonly kind: string;
  readonly validate: SchemaCheck;
  /** Whether a scalar at this path stays text, even if YAML reads it as a number. */
  readonly isText: (path: Path) => boolean;
  /** The path of the value in the file, if it is not the whole file. */
  readonly root?: Path;
  /** Whether an empty file counts as an empty mapping. */
  readonly isEmptyAllowed?: boolean;
  /** A better name than its key for the mapping or list at this path: `wave 2`; else `null`. */
  readonly describe?: (path: Path) => string | null;
  /** Where an unknown key is known: `` `timeout` belongs in a wave or under `defaults` ``; else `null`. */
  readonly belongs?: (key: string, path: Path) => string | null;
};

export type ReadDocument<T> = Places & {
  /** `null` exactly when there is a diagnostic. */
  readonly value: T | null;
  /** All are errors, in the order of the file. */
  readonly diagnostics: readonly Diagnostic[];
};

/** `T` is the type generated from the same schema as `spec.validate`. */
export function readDocument<T>(source: SourceFile, spec: DocumentSpec): ReadDocument<T> {
  const control = CONTROL_CHARACTER.exec(source.text);
  if (control !== null) return refuse(source, [describeControl(source, control)]);
  const parsed = parseYaml(source.text);
  if ('kind' in parsed) return refuse(source, [describeTooMuch(source, parsed)]);
  const findings = [...describeFaults(source, parsed), ...describeRefused(source, parsed)];
  if (findings.length > 0) return refuse(source, findings);
  if (isNothing(parsed) && spec.isEmptyAllowed !== true) {
    const place = { path: source.path, range: null };
    return refuse(source, [makeError({ code: 'yaml-empty', place, facts: { kind: spec.kind } })]);
  }
  const built = buildValue(parsed.root, { source, isText: spec.isText });
  if (built.diagnostics.length > 0) return refuse(source, built.diagnostics);
  const places = createPlaces(source, parsed.root, built.targets);
  const root = isNothing(parsed) ? {} : valueAt(built.value, spec.root ?? []);
  if (spec.validate(root)) return { ...places, value: root as T, diagnostics: [] };
  const errors = describeSchemaErrors(spec.validate.errors ?? [], { ...spec, value: root, places });
  return { ...places, value: null, diagnostics: sortFindings(errors) };
}

/** The value at a path. */
function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (parent, segment) => (parent as Record<string | number, unknown>)[segment],
    value,
  );
}

function refuse<T>(source: SourceFile, diagnostics: readonly Diagnostic[]): ReadDocument<T> {
  const places = createPlaces(source, null, new Map());
  return { ...places, value: null, diagnostics: sortFindings(limitFindings(diagnostics)) };
}

/** YAML does not allow these characters, and the lexer uses some of them as its own marks. */
const CONTROL_CHARACTER = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

function describeControl({ path }: SourceFile, match: RegExpExecArray): Diagnostic {
  return makeError({
    code: 'yaml-control-character',
    place: { path, range: { start: match.index, end: match.index + 1 } },
    facts: { codePoint: match[0].charCodeAt(0) },
  });
}

function describeTooMuch({ path }: SourceFile, { kind, at }: YamlTooMuch): Diagnostic {
  const place = { path, range: { start: at, end: at + 1 } };
  switch (kind) {
    case 'too-deep':
      return makeError({ code: 'yaml-too-deep', place, facts: { max: DEPTH_MAX } });
    case 'too-many-tokens':
      return makeError({ code: 'yaml-too-many-values', place, facts: { max: TOKENS_MAX } });
  }
}

function describeRefused({ path, text }: SourceFile, parsed: ParsedYaml): readonly Diagnostic[] {
  const { directives, secondDocument, tags } = parsed;
  return [
    ...directives.map((range) =>
      makeError({
        code: 'yaml-directive',
        place: { path, range },
        facts: { directive: text.slice(range.start, range.end) },
      }),
    ),
    ...(secondDocument === null
      ? []
      : [
          makeError({ code: 'yaml-multiple-documents', place: { path, range: secondDocument }, facts: null }),
        ]),
    ...tags.map((range) =>
      makeError({
        code: 'yaml-tag',
        place: { path, range },
        facts: { tag: text.slice(range.start, range.end) },
      }),
    ),
  ];
}

/** Whether the file contains only comments and spaces. */
function isNothing({ root }: ParsedYaml): boolean {
  return root === null || (root.range[0] === root.range[1] && 'source' in root && root.source === '');
}
