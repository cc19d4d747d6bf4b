/** HTML that is safe by how it is made: whatever is put into it is text, made printable and escaped, unless it is HTML already. */
import { renderJson, printable } from './text.ts';

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Content = Html | string | number | readonly Html[];

export function markup(fixed: TemplateStringsArray, ...contents: readonly Content[]): Html {
  return new Html(fixed.reduce((text, part, index) => `${text}${textOf(contents[index - 1])}${part}`));
}

export const NOTHING = new Html('');

/** Text of several lines, for a `pre`. */
export function lines(text: string): Html {
  return new Html(text.split(/\r?\n/).map(escapeText).join('\n'));
}

/** JSON that stands in a `script` element: nothing in it ends that. */
export function embedJson(value: unknown): Html {
  return new Html(renderJson(value).replaceAll('<', '\\u003c'));
}

function textOf(content: Content | undefined): string {
  if (content === undefined) return '';
  if (content instanceof Html) return content.text;
  if (typeof content === 'object') return content.map(({ text }) => text).join('');
  return escapeText(String(content));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return printable(text).replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}
