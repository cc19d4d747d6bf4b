/**
 * Converts YAML nodes to a plain value. Refuses some things that YAML allows: keys that are not text, duplicate keys, merge
 * keys, and aliases without an anchor, in a cycle, or with too many values. An alias shares the value of its anchor, so it
 * costs no memory here. The limit counts the values as if they were written out.
 */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Alias, Node, Scalar, YAMLMap } from 'yaml';
import { nearest } from '../base/text.ts';
import type { Place, SourceFile } from '../findings/source-place.ts';
import { FINDINGS_PER_CODE_MAX, makeError } from '../findings/findings.ts';
import { ALIAS_VALUES_MAX } from './parse-yaml.ts';
import type { Path } from './places.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export type BuiltValue = {
  readonly value: unknown;
  readonly diagnostics: readonly Diagnostic[];
  /** The node of each alias's anchor. */
  readonly targets: ReadonlyMap<Node, Node>;
};

export type BuildOptions = {
  readonly source: SourceFile;
  /** Whether a scalar at this path stays text, even if YAML reads it as a number. */
  readonly isText: (path: Path) => boolean;
};

export function buildValue(root: Node | null, options: BuildOptions): BuiltValue {
  const builder: Builder = {
    ...options,
    diagnostics: [],
    targets: new Map(),
    anchors: new Map(),
    here: [],
    aliasValues: 0,
  };
  const { value } = build(builder, root);
  return { value, diagnostics: builder.diagnostics, targets: builder.targets };
}

/** `size` counts its values, including itself. */
type Built = { readonly value: unknown; readonly size: number };

type Anchored = { readonly node: Node; readonly built: Built | 'being built' };

type Builder = BuildOptions & {
  readonly diagnostics: Diagnostic[];
  readonly targets: Map<Node, Node>;
  /** By name. A name can be used again: an alias refers to the last anchor before it. */
  readonly anchors: Map<string, Anchored>;
  /** The path of the current node. */
  readonly here: (string | number)[];
  aliasValues: number;
};

function build(builder: Builder, node: Node | null): Built {
  if (node === null) return { value: null, size: 1 };
  if (isAlias(node)) return buildAlias(builder, node);
  const anchor = node.anchor;
  if (anchor === undefined) return buildContent(builder, node);
  builder.anchors.set(anchor, { node, built: 'being built' });
  const built = buildContent(builder, node);
  // Not if the content uses the name again: an alias refers to the last anchor that started before it.
  if (builder.anchors.get(anchor)?.node === node) builder.anchors.set(anchor, { node, built });
  return built;
}

function buildContent(builder: Builder, node: Node): Built {
  if (isScalar(node)) return { value: scalarValue(builder, node), size: 1 };
  if (isSeq<Node>(node)) {
    const values: unknown[] = [];
    let size = 1;
    for (const [index, item] of node.items.entries()) {
      builder.here.push(index);
      const built = build(builder, item);
      builder.here.pop();
      values.push(built.value);
      size += built.size;
    }
    return { value: values, size };
  }
  return isMap<Node, Node | null>(node) ? buildMapping(builder, node) : { value: null, size: 1 };
}

function scalarValue({ isText, here }: Builder, { source = '', type }: Scalar): unknown {
  if (type !== 'PLAIN') return source;
  const value = resolveScalar(source);
  return typeof value === 'number' && isText(here) ? source : value;
}

function buildMapping(builder: Builder, node: YAMLMap<Node, Node | null>): Built {
  const value: Record<string, unknown> = {};
  const keys = new Map<string, Node>();
  let size = 1;
  for (const { key: keyNode, value: valueNode } of node.items) {
    const key = readKey(builder, keyNode);
    builder.here.push(key ?? '');
    const built = build(builder, valueNode);
    builder.here.pop();
    size += built.size;
    if (key === null) continue;
    const first = keys.get(key);
    if (first === undefined) {
      keys.set(key, keyNode);
      // An assignment to `__proto__` would set the prototype.
      Object.defineProperty(value, key, {
        value: built.value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    } else {
      builder.diagnostics.push(
        makeError({
          code: 'yaml-duplicate-key',
          place: placeOf(builder, keyNode),
          facts: { key },
          related: [{ ...placeOf(builder, first), label: 'it first appears here' }],
        }),
      );
    }
  }
  return { value, size };
}

/** The key's text; `null` if it has none, which is reported. */
function readKey(builder: Builder, key: Node): string | null {
  const place = placeOf(builder, key);
  if (!isScalar(key)) {
    const isTemplate =
      isMap(key) && key.flow === true && isDoubleBrace(builder.source.text, key.range?.[0] ?? 0);
    builder.diagnostics.push(
      makeError({ code: 'yaml-key-not-text', place, facts: { key: null, quoted: null, isTemplate } }),
    );
    return null;
  }
  if (key.anchor !== undefined)
    builder.anchors.set(key.anchor, { node: key, built: { value: key.source, size: 1 } });
  const source = key.source ?? '';
  if (key.type !== 'PLAIN') return source;
  if (source === '<<') {
    builder.diagnostics.push(makeError({ code: 'yaml-merge-key', place, facts: null }));
    return null;
  }
  if (typeof resolveScalar(source) === 'string') return source;
  const quoted = source === '' ? null : `'${source}'`;
  builder.diagnostics.push(
    makeError({ code: 'yaml-key-not-text', place, facts: { key: source, quoted, isTemplate: false } }),
  );
  return null;
}

/** Whether the `{` at `start` is the first or the second of two. */
function isDoubleBrace(text: string, start: number): boolean {
  return text[start - 1] === '{' || text[start + 1] === '{';
}

function buildAlias(builder: Builder, alias: Alias): Built {
  const name = alias.source;
  const anchored = builder.anchors.get(name);
  const place = placeOf(builder, alias);
  if (anchored === undefined) {
    const candidate =
      builder.diagnostics.length < FINDINGS_PER_CODE_MAX ? nearestAnchor(builder, name) : null;
    builder.diagnostics.push(
      makeError({ code: 'yaml-alias-unknown', place, facts: { name, nearest: candidate } }),
    );
    return NOTHING;
  }
  if (anchored.built === 'being built') {
    builder.diagnostics.push(makeError({ code: 'yaml-alias-cycle', place, facts: { name } }));
    return NOTHING;
  }
  const wasWithin = builder.aliasValues <= ALIAS_VALUES_MAX;
  builder.aliasValues += anchored.built.size;
  if (builder.aliasValues > ALIAS_VALUES_MAX) {
    if (wasWithin) {
      const facts = { name, max: ALIAS_VALUES_MAX };
      builder.diagnostics.push(makeError({ code: 'yaml-alias-expansion', place, facts }));
    }
    return NOTHING;
  }
  builder.targets.set(alias, anchored.node);
  return anchored.built;
}

const NOTHING: Built = { value: null, size: 1 };

function nearestAnchor({ anchors }: Builder, name: string): string | null {
  if (name.length > NAME_CHARS_MAX) return null;
  const names = [...anchors.keys()].filter(({ length }) => length <= NAME_CHARS_MAX);
  return nearest(name, names.slice(0, ANCHORS_COMPARED_MAX));
}

/** Limits, because the comparison takes time with the length and the number of names. */
const NAME_CHARS_MAX = 64;
const ANCHORS_COMPARED_MAX = 100;

function placeOf({ source }: Builder, { range }: Node): Place {
  return { path: source.path, range: range ? { start: range[0], end: range[1] } : null };
}

/**
 * The value of an unquoted YAML scalar in the core schema of YAML 1.2: `yes`, `on` and `2024-01-01` are text; `010` is 10,
 * `0x1F` is 31. The parser keeps all scalars as text, so that this module decides where text stays text.
 */
export type ScalarValue = string | number | boolean | null;

const NULL = /^(?:null|Null|NULL|~|)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const INTEGER = /^[-+]?[0-9]+$/;
const RADIX = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/** A fast check: every scalar that is not text starts like this, and most text does not. */
const TELLING = /^(?:$|[-+.0-9~nNtTfF])/;

export function resolveScalar(text: string): ScalarValue {
  if (!TELLING.test(text)) return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INTEGER.test(text) || RADIX.test(text) || FLOAT.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? NaN : text;
}
