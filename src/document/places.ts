/**
 * Finds the place of a value in its file by walking down to it on demand, so a file without findings costs nothing. A value
 * behind an alias has two places: where it is used (the alias) and where it is written.
 */
import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Node, Range as NodeRange } from 'yaml';
import type { Place, Range, SourceFile } from '../findings/source-place.ts';

/** The path from the root of a document to a value: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** `/waves/0/name` as a path. All segments are text; only the value shows which ones are indexes. */
export function parsePointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}

export type Places = {
  /**
   * The place of the value, or of its alias. For a value over several lines, its key or its first line. For a missing
   * value, the place of its parent.
   */
  readonly placeOf: (path: Path) => Place;
  /** The place of the value's key. For a list entry and for the root, the place of the value. */
  readonly placeOfKey: (path: Path) => Place;
  /** Where the value is written, if it is used through an alias; else `null`. */
  readonly writtenAt: (path: Path) => Place | null;
  /** The whole text of the value, to hide it. */
  readonly rangesOf: (path: Path) => readonly Range[];
  /** A scalar as in the file, with its quotes; `null` for any other value. */
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
  /** The key of the last step into a mapping. */
  readonly key: Node | null;
  /** The first alias on the path. */
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
