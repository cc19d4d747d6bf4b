/** A way from a document's root to a value in it: keys of mappings and indexes of lists. */
export type Path = readonly (string | number)[];

/** `/waves/0/name` as a path. All segments are text: whether one is an index is for the value to say. */
export function parsePointer(pointer: string): readonly string[] {
  return pointer
    .split('/')
    .slice(1)
    .map((segment) => segment.replaceAll('~1', '/').replaceAll('~0', '~'));
}
