/**
 * The blocks of a document for people. It is built once from them, and rendered as text or as Markdown. Every string in
 * a block may come from outside: the renderers make it harmless.
 */

/** What stands in one line. */
export type Inline =
  | string
  /** `code` is to be copied, and cut where it is long. A `command` is never cut. */
  | { readonly kind: 'text' | 'code' | 'command' | 'strong'; readonly text: string }
  | Phrase;

/** Values between words of our own: `fixed[0]`, `values[0]`, `fixed[1]` and so on. */
export type Phrase = {
  readonly kind: 'phrase';
  readonly fixed: readonly string[];
  readonly values: readonly Inline[];
};

export type Fact = readonly [label: string, value: Inline];

export type Change = readonly [what: string, before: string, after: string];

export type Column = { readonly title: string; readonly align: 'left' | 'right' };

/** A block without rows or items is not shown. */
export type Block =
  | { readonly kind: 'heading'; readonly text: Inline; readonly about?: string | null }
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
      readonly rows: readonly (readonly Inline[])[];
      /** How many rows there are in all, where `rows` are not all. */
      readonly total?: number;
      /** Whether rows are left out between those that are there. */
      readonly isAbridged?: boolean;
    });

type Part = {
  /** How long its rows or items may be in Markdown, so that the whole fits into a comment. */
  readonly charsMax?: number;
};

export function code(text: string): Inline {
  return { kind: 'code', text };
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
