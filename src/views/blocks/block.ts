/**
 * The blocks of a document for people. It is built once from them, and rendered as text, as Markdown or as HTML. Every
 * string in a block may come from outside: the renderers make it harmless.
 */
import type { ColourName, Tone } from '../tables/tones.ts';

/** The content of one line. */
export type Inline =
  | string
  /** `code` is to be copied. A `command` is never cut. */
  | { readonly kind: 'text' | 'code' | 'command' | 'strong'; readonly text: string }
  /** In colour where the output has colours. */
  | { readonly kind: 'tinted'; readonly colour: ColourName; readonly text: string }
  | Phrase;

/** Values between words of our own: `fixed[0]`, `values[0]`, `fixed[1]` and so on. */
export type Phrase = {
  readonly kind: 'phrase';
  readonly fixed: readonly string[];
  readonly values: readonly Inline[];
};

export type Fact = readonly [label: string, value: Inline];

export type Change = readonly [what: string, before: string, after: string];

export type Column = {
  readonly title: string;
  readonly align: 'left' | 'right';
  /** How wide it is in text, if no cell is wider. */
  readonly columnsMin?: number;
  /** How wide it becomes in text; cells that are longer run over. */
  readonly columnsMax?: number;
  /** Where a terminal is narrow, they are cut so that they stay different. */
  readonly isNames?: boolean;
};

/** Cells, or how many rows are left out at this place. */
export type Row = readonly Inline[] | { readonly leftOut: number };

/** Sentences under one label, and the commands that they belong to. */
export type Labelled = {
  readonly label: string;
  readonly lines: readonly Inline[];
};

/** A block without rows or items is not shown. */
export type Block =
  | {
      readonly kind: 'heading';
      readonly text: Inline;
      readonly tone?: Tone;
      readonly about?: string | null;
    }
  | (Part & { readonly kind: 'labelled'; readonly parts: readonly Labelled[] })
  | { readonly kind: 'note'; readonly lines: readonly Inline[] }
  | (Part & {
      readonly kind: 'facts';
      readonly title?: Inline;
      readonly rows: readonly Fact[];
      /** How wide the labels are in text, if none is wider. */
      readonly labelColumns?: number;
      /** The last line: what is left out. */
      readonly rest?: string | null;
    })
  | (Part & { readonly kind: 'list'; readonly title?: Inline; readonly items: readonly Inline[] })
  | (Part & { readonly kind: 'changes'; readonly title: Inline; readonly rows: readonly Change[] })
  | (Part & {
      readonly kind: 'table';
      readonly title: Inline;
      readonly columns: readonly Column[];
      readonly rows: readonly Row[];
      /** How many rows there are in all, where rows at the end are left out. */
      readonly total?: number;
    })
  /** Tables under one title. */
  | { readonly kind: 'tables'; readonly title: Inline; readonly tables: readonly TableBlock[] };

export type TableBlock = Extract<Block, { readonly kind: 'table' }>;

type Part = {
  /** How long its rows or items may be in Markdown, so that the whole fits into a comment. */
  readonly charsMax?: number;
};

export function code(text: string): Inline {
  return { kind: 'code', text };
}

export function strong(text: string): Inline {
  return { kind: 'strong', text };
}

export function tinted(colour: ColourName | null, text: string): Inline {
  return colour === null ? text : { kind: 'tinted', colour, text };
}

export function isCommand(inline: Inline): boolean {
  return typeof inline === 'object' && inline.kind === 'command';
}

export function phrase(fixed: readonly string[], ...values: readonly Inline[]): Inline {
  return { kind: 'phrase', fixed, values };
}

export function joined(values: readonly Inline[], between: string): Inline {
  return { kind: 'phrase', fixed: values.map((_, index) => (index === 0 ? '' : between)), values };
}

export function fillIn({ fixed, values }: Phrase, render: (value: Inline) => string): string {
  return `${values.map((value, index) => `${fixed[index] ?? ''}${render(value)}`).join('')}${fixed[values.length] ?? ''}`;
}

export function left(...titles: readonly string[]): readonly Column[] {
  return titles.map((title) => ({ title, align: 'left' }));
}

export function right(...titles: readonly string[]): readonly Column[] {
  return titles.map((title) => ({ title, align: 'right' }));
}

/** Without marks of any format. */
export function plainText(inline: Inline): string {
  if (typeof inline === 'string') return inline;
  return inline.kind === 'phrase' ? fillIn(inline, plainText) : inline.text;
}
