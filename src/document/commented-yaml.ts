/** Writes YAML for people to edit: with comments, one value per line, and text that every YAML reader reads as text. */
import { Document, Pair, Scalar, YAMLMap, YAMLSeq } from 'yaml';

export type CommentedYaml = {
  /** Lines at the top of the file. */
  readonly head: readonly string[];
  readonly entries: readonly CommentedEntry[];
  /** Lines at its end. */
  readonly foot: readonly string[];
};

export type CommentedEntry = {
  readonly key: string;
  readonly value: CommentedValue;
  /** Lines above it. */
  readonly comment?: readonly string[];
  /** Whether an empty line precedes it. */
  readonly isApart?: boolean;
};

export type CommentedValue =
  | string
  | number
  | { readonly kind: 'words'; readonly words: readonly string[] }
  | { readonly kind: 'map'; readonly entries: readonly CommentedEntry[] }
  | { readonly kind: 'list'; readonly items: readonly CommentedItem[] };

export type CommentedItem =
  string | ({ readonly entries: readonly CommentedEntry[] } & Pick<CommentedEntry, 'comment' | 'isApart'>);

export function renderCommentedYaml({ head, entries, foot }: CommentedYaml): string {
  // Other readers may use YAML 1.1, where `on` is a boolean and `1:00` is 60.
  const document = new Document(null, { compat: 'yaml-1.1' });
  document.contents = toMap(entries);
  document.commentBefore = toComment(head);
  document.comment = toComment(foot);
  const text = document.toString({ lineWidth: 0, singleQuote: true, flowCollectionPadding: false });
  return text.endsWith('\n') ? text : `${text}\n`;
}

function toComment(lines: readonly string[]): string {
  return lines.map((line) => (line === '' ? '' : ` ${line}`)).join('\n');
}

function toMap(entries: readonly CommentedEntry[]): YAMLMap {
  const map = new YAMLMap();
  for (const { key, value, comment = [], isApart = false } of entries) {
    const keyNode = new Scalar(key);
    keyNode.commentBefore = toComment(comment);
    keyNode.spaceBefore = isApart;
    map.items.push(new Pair(keyNode, toNode(value)));
  }
  return map;
}

function toNode(value: CommentedValue): Scalar | YAMLMap | YAMLSeq {
  if (typeof value !== 'object') return new Scalar(value);
  switch (value.kind) {
    case 'words':
      return toWords(value.words);
    case 'map':
      return toMap(value.entries);
    case 'list':
      return toList(value.items);
  }
}

function toWords(words: readonly string[]): YAMLSeq {
  const sequence = new YAMLSeq();
  sequence.flow = true;
  sequence.items = words.map((word) => new Scalar(word));
  return sequence;
}

function toList(items: readonly CommentedItem[]): YAMLSeq {
  const sequence = new YAMLSeq();
  for (const item of items) {
    if (typeof item === 'string') {
      sequence.items.push(new Scalar(item));
      continue;
    }
    const node = toMap(item.entries);
    node.commentBefore = toComment(item.comment ?? []);
    node.spaceBefore = item.isApart === true;
    sequence.items.push(node);
  }
  return sequence;
}
