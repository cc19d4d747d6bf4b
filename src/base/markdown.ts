/**
 * Text from outside inside GitHub's Markdown, and GitLab's: whatever it holds, it is shown as it is. It makes no link, no
 * image, no heading and no HTML, mentions nobody, refers to no issue, gives no command, and ends no table's cell. It is
 * one line; what must not reach a terminal is shown as `\u001b`.
 */
import { printable } from './text.ts';

/** Shown as nothing. A `@` or `#` with it behind is no mention and no reference, which no backslash prevents. */
const NOTHING = '&#8203;';

/** What is Markdown wherever it stands; `://` and `www.`, which make links; and what is only where a line begins. */
const SPECIAL = /[\\`*_[\]<>~$!&|@#]|:(?=\/\/)|(?<=www)\.|^[-+=/: ]|(?<=^\d+)[.)]| $/gi;

/** Within a sentence or a table's cell. */
export function escapeMarkdown(text: string): string {
  return printable(text).replace(SPECIAL, escapeCharacter);
}

function escapeCharacter(character: string): string {
  switch (character) {
    case '&':
    case '|':
    case ' ':
      return toEntity(character);
    case '@':
      return `@${NOTHING}`;
    case '#':
      return `\\#${NOTHING}`;
    default:
      return `\\${character}`;
  }
}

/** In the letters of code, to be copied: a serial, an id, a command. Nothing for no text. */
export function markdownCode(text: string): string {
  const shown = printable(text);
  if (shown === '') return '';
  // Between backticks nothing can be escaped, a table is cut at `|` before code is looked for, and logs know `##[error]`.
  if (!/[`|\\]|^ | $| {2}|##/.test(shown)) return `\`${shown}\``;
  const escaped = shown
    .replace(/[^\p{Letter}\p{Number}\p{Mark} ]/gu, toEntity)
    .replace(/^ | $| (?= )/g, toEntity)
    // Parts an address, of which a link would be made here, and is no part of what is copied.
    .replaceAll('&#64;', '$&<!-- -->');
  return `<code>${escaped}</code>`;
}

function toEntity(character: string): string {
  return `&#${character.codePointAt(0) ?? 0};`;
}

export type MarkdownColumn = {
  /** Markdown itself. */
  readonly title: string;
  readonly align: 'left' | 'right';
};

/** `rows` hold Markdown: what is not, has gone through one of the functions above. Ends with a line end. */
export function renderMarkdownTable(
  columns: readonly MarkdownColumn[],
  rows: readonly (readonly string[])[],
): string {
  const rule = columns.map(({ align }) => (align === 'right' ? '--:' : '---'));
  const lines = [columns.map(({ title }) => title), rule, ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}
