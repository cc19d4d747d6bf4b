/** The columns of a grid, and their headings. */
import { element, sign } from './elements.ts';

export type Column = {
  /** Names the column in the style sheet too. */
  readonly name: string;
  readonly title: string;
  readonly isNumber?: boolean;
  /** By row, what it is sorted by; made when it is first needed. */
  readonly keys: () => ArrayLike<number>;
  readonly write: (cell: HTMLElement, row: number) => void;
};

export function makeHeading({ name, title, isNumber = false }: Column, sort: () => void): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'sort' },
    element('span', {}, title),
    sign('sort'),
  );
  button.addEventListener('click', sort);
  return element(
    'div',
    { role: 'columnheader', class: `cell cell-${name}${isNumber ? ' number' : ''}` },
    button,
  );
}
