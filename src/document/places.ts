/**
 * Where a value stands in its file, found by walking down to it when somebody asks: a file without findings costs nothing.
 * What is reached through an alias stands in two places: where it is used (the alias) and where it is written.
 */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Range as NodeRange } from 'yaml';
import type { Place, Range, SourceFile } from '../findings/source-place.ts';

/** A way from a document's root to a value in it: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** `/waves/0/name` as a path. All segments are text: whether one is an index is for the value to say. */
export function parsePointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export type Places = {
  /**
   * The value; where it is used, if it is reached through an alias. What goes over several lines is stood for by its key or
   * by its first line. What is not there stands where its parent does.
   */
  readonly placeOf: (path: Path) => Place;
  /** The key that the value stands under; for an entry of a list and for the root, the value. */
  readonly placeOfKey: (path: Path) => Place;
  /** Where the value is written, if that is not where it is used. */
  readonly writtenAt: (path: Path) => Place | null;
  /** All of the value's text, for what must not be shown. */
  readonly rangesOf: (path: Path) => readonly Range[];
  /** A scalar as it stands in the file, with its quotes; `null` for anything else. */
  readonly sourceOf: (path: Path) => string | null;
};

export function createPlaces(
  source: SourceFile,
  root: Node | null,
  targets: ReadonlyMap<Node, Node>,
): Places {
  const find = (path: Path): Found => findNode(root, targets, path);
  const placeAt = (node: Node | null): Place => ({ path: source.path, range: rangeOf(source.text, node) });
  const placeOf = (path: Path): Place => {
    const { node, key, use } = find(path);
    if (use !== null) return placeAt(use);
    if (key !== null && (isEmpty(node) || isBlock(node))) return placeAt(key);
    return placeAt(isBlock(node) && isMap<Node>(node) ? (node.items[0]?.key ?? node) : node);
  };
  return {
    placeOf,
    placeOfKey(path) {
      const { key, use } = find(path);
      return use === null && key !== null ? placeAt(key) : placeOf(path);
    },
    writtenAt(path) {
      const { node, use } = find(path);
      return use === null ? null : placeAt(node);
    },
    rangesOf(path) {
      const { node, use } = find(path);
      return [use, node].flatMap((each) => rangeOf(source.text, each) ?? []);
    },
    sourceOf(path) {
      const { node } = find(path);
      const range = isScalar(node) ? rangeOf(source.text, node) : null;
      return range === null ? null : source.text.slice(range.start, range.end);
    },
  };
}

type Found = {
  readonly node: Node | null;
  /** The key of the last step that was one into a mapping. */
  readonly key: Node | null;
  /** The first alias on the way. */
  readonly use: Node | null;
};

function findNode(root: Node | null, targets: ReadonlyMap<Node, Node>, path: Path): Found {
  let found: Found = { node: root, key: null, use: null };
  for (const segment of path) {
    const next = step(found, segment);
    if (next === null) return found;
    found = follow(next, targets);
  }
  return found;
}

function step({ node, use }: Found, segment: string | number): Found | null {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(segment)];
    return item === undefined ? null : { node: item, key: null, use };
  }
  if (!isMap<Node, Node | null>(node)) return null;
  const pair = node.items.find(({ key }) => isScalar(key) && key.source === String(segment));
  return pair === undefined ? null : { node: pair.value, key: pair.key, use };
}

function follow(found: Found, targets: ReadonlyMap<Node, Node>): Found {
  if (!isAlias(found.node)) return found;
  return { node: targets.get(found.node) ?? null, key: found.key, use: found.use ?? found.node };
}

function isEmpty(node: Node | null): boolean {
  return node === null || (isScalar(node) && node.type === 'PLAIN' && node.source === '');
}

/** A list or a mapping that is written by indentation. */
function isBlock(node: Node | null): boolean {
  return (isMap(node) || isSeq(node)) && node.flow !== true;
}

/** The node's text, without the line ends after it. */
function rangeOf(text: string, node: Node | null): Range | null {
  const range: NodeRange | null | undefined = node?.range;
  if (!range) return null;
  const [start, valueEnd] = range;
  let end = valueEnd;
  while (end > start && /\s/.test(text[end - 1] ?? '')) end--;
  return { start, end };
}
