/**
 * A table of any length, of which only what can be seen is in the document: sortable by its headings, and walked through
 * by keyboard. To a screen reader it is a grid that says how many rows it has and which one is current.
 */
import {
  elementScroll,
  measureElement,
  observeElementOffset,
  observeElementRect,
  Virtualizer,
} from '@tanstack/virtual-core';
import { element, sign } from './elements.ts';
import { makeHeading } from './grid-columns.ts';
import type { Column } from './grid-columns.ts';
import { sortRows } from './order.ts';
import type { Direction } from './order.ts';

export type GridOptions = {
  readonly host: HTMLElement;
  readonly label: string;
  readonly columns: readonly Column[];
  /** What a row that has been opened shows below itself. */
  readonly detail: (row: number) => HTMLElement;
  /** Shown where there is no row. */
  readonly empty: string;
};

export type Grid = {
  /** These rows, in this order unless a heading says otherwise. */
  readonly show: (rows: Uint32Array) => void;
  /** What is shown, in its order. */
  readonly rows: () => Uint32Array;
};

/** An element higher than some 17 million pixels is cut off in Firefox, so that many rows can be scrolled through. */
export const ROWS_MAX = 300_000;

const OVERSCAN = 12;

export function openGrid({ host, label, columns, detail, empty }: GridOptions): Grid {
  let given: Uint32Array = new Uint32Array();
  let rows = given;
  let current = 0;
  let sorting: { readonly column: Column; readonly direction: Direction } | null = null;
  const open = new Set<number>();
  const items = new Map<number, HTMLElement>();

  const headings = columns.map((column) =>
    makeHeading(column, () => {
      sortBy(column);
    }),
  );
  const head = element('div', { role: 'row', class: 'row', 'aria-rowindex': 1 }, ...headings);
  const body = element('div', { role: 'rowgroup', class: 'grid-body' });
  const nothing = element('p', { class: 'grid-empty', hidden: true }, empty);
  const scroller = element(
    'div',
    { role: 'grid', class: 'grid', tabindex: 0, 'aria-label': label, 'aria-colcount': columns.length },
    element('div', { role: 'rowgroup', class: 'grid-head' }, head),
    body,
  );
  scroller.addEventListener('keydown', walk);
  body.addEventListener('click', select);
  host.replaceChildren(scroller, nothing);

  const view = new Virtualizer<HTMLElement, HTMLElement>({
    ...viewOptions(),
    count: 0,
  });
  view._didMount();
  view._willUpdate();
  // Rows are higher on a narrow screen, and the heading too in large type.
  new ResizeObserver(() => {
    update();
    view.measure();
  }).observe(head);

  function viewOptions() {
    const height = rowHeight(scroller);
    return {
      getScrollElement: () => scroller,
      // It is asked for every row.
      estimateSize: () => height,
      getItemKey: (index: number) => rows[index] ?? index,
      paddingStart: 0,
      // The heading stays at the top, over the rows.
      scrollPaddingStart: head.offsetHeight,
      scrollMargin: head.offsetHeight,
      overscan: OVERSCAN,
      observeElementRect,
      observeElementOffset,
      scrollToFn: elementScroll,
      measureElement,
      onChange: render,
    };
  }

  function update(): void {
    view.setOptions({ ...viewOptions(), count: Math.min(rows.length, ROWS_MAX) });
    view._willUpdate();
    render();
  }

  function show(wanted: Uint32Array): void {
    given = wanted;
    arrange();
  }

  function arrange(): void {
    rows = sorting === null ? given : sortRows(given, sorting.column.keys(), sorting.direction);
    current = 0;
    scroller.setAttribute('aria-rowcount', String(rows.length + 1));
    nothing.hidden = rows.length > 0;
    update();
    view.scrollToOffset(0);
  }

  function sortBy(column: Column): void {
    sorting = nextSorting(column);
    for (const [index, heading] of headings.entries()) {
      const isSorted = sorting !== null && columns[index] === sorting.column;
      if (isSorted) heading.setAttribute('aria-sort', sorting?.direction ?? 'none');
      else heading.removeAttribute('aria-sort');
    }
    arrange();
  }

  /** Rising, falling, and as it was. */
  function nextSorting(column: Column): typeof sorting {
    if (sorting?.column !== column) return { column, direction: 'ascending' };
    return sorting.direction === 'ascending' ? { column, direction: 'descending' } : null;
  }

  function render(): void {
    body.style.height = `${view.getTotalSize()}px`;
    const seen = view.getVirtualItems().flatMap(({ index, start }) => {
      const row = rows[index];
      return row === undefined ? [] : [{ row, index, start: start - view.options.scrollMargin }];
    });
    const kept = new Set(seen.map(({ row }) => row));
    for (const [row, item] of items) {
      if (kept.has(row)) continue;
      item.remove();
      items.delete(row);
    }
    // As they stand on the screen, for whoever has the page read out.
    let next = body.firstElementChild;
    for (const one of seen) {
      const item = items.get(one.row) ?? makeItem(one.row);
      if (item === next) next = item.nextElementSibling;
      else body.insertBefore(item, next);
      place(item, one);
    }
    markCurrent();
  }

  function makeItem(row: number): HTMLElement {
    const cells = columns.map((column) => {
      const cell = element('div', { role: 'gridcell', class: `cell cell-${column.name}` });
      column.write(cell, row);
      return cell;
    });
    const toggle = element('button', {
      type: 'button',
      class: 'toggle',
      tabindex: -1,
      'aria-label': 'History',
    });
    toggle.append(sign('more'));
    cells[0]?.prepend(toggle);
    const line = element('div', { role: 'row', class: 'row', id: idOf(row) }, ...cells);
    const item = element('div', { role: 'presentation', class: 'item', 'data-row': row }, line);
    items.set(row, item);
    if (open.has(row)) item.append(makeDetail(row));
    markOpen(item, open.has(row));
    return item;
  }

  function place(
    item: HTMLElement,
    { row, index, start }: { readonly row: number; readonly index: number; readonly start: number },
  ): void {
    item.style.transform = `translateY(${start}px)`;
    item.classList.toggle('odd', index % 2 === 1);
    if (item.dataset['index'] !== String(index)) {
      item.dataset['index'] = String(index);
      item.firstElementChild?.setAttribute('aria-rowindex', String(index + 2));
    }
    if (open.has(row)) view.measureElement(item);
  }

  function makeDetail(row: number): HTMLElement {
    const cell = element('div', { role: 'gridcell', class: 'detail', 'aria-colspan': columns.length });
    cell.append(detail(row));
    return element('div', { role: 'row', class: 'detail-row' }, cell);
  }

  function toggle(index: number): void {
    const row = rows[index];
    if (row === undefined) return;
    const item = items.get(row);
    if (open.delete(row)) item?.querySelector('.detail-row')?.remove();
    else {
      open.add(row);
      item?.append(makeDetail(row));
    }
    if (item === undefined) return;
    markOpen(item, open.has(row));
    view.resizeItem(index, item.offsetHeight);
  }

  function markOpen(item: HTMLElement, isOpen: boolean): void {
    item.classList.toggle('open', isOpen);
    item.querySelector('.toggle')?.setAttribute('aria-expanded', String(isOpen));
  }

  function markCurrent(): void {
    const row = rows[current];
    for (const [one, item] of items) item.classList.toggle('current', one === row);
    if (row !== undefined && items.has(row)) scroller.setAttribute('aria-activedescendant', idOf(row));
    else scroller.removeAttribute('aria-activedescendant');
  }

  function idOf(row: number): string {
    return `${host.id}-${row}`;
  }

  function select({ target }: Event): void {
    const item = target instanceof Element ? target.closest<HTMLElement>('.item') : null;
    // Text that somebody is about to copy.
    if (item === null || getSelection()?.isCollapsed === false) return;
    current = Number(item.dataset['index']);
    markCurrent();
    if (target instanceof Element && target.closest('.detail') === null) toggle(current);
  }

  function walk(event: KeyboardEvent): void {
    // A heading's button has keys of its own.
    if (event.target !== scroller || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = targetOf(event.key);
    if (target === null) return;
    event.preventDefault();
    if (target === 'toggle') {
      toggle(current);
      return;
    }
    current = Math.max(0, Math.min(target, Math.min(rows.length, ROWS_MAX) - 1));
    view.scrollToIndex(current);
    markCurrent();
  }

  function targetOf(key: string): number | 'toggle' | null {
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight(scroller)) - 2);
    switch (key) {
      case 'ArrowDown':
        return current + 1;
      case 'ArrowUp':
        return current - 1;
      case 'PageDown':
        return current + page;
      case 'PageUp':
        return current - page;
      case 'Home':
        return 0;
      case 'End':
        return rows.length - 1;
      case 'Enter':
      case ' ':
        return 'toggle';
      default:
        return null;
    }
  }

  return { show, rows: () => rows };
}

/** The style sheet knows it, as it depends on how wide the screen is. */
function rowHeight(grid: HTMLElement): number {
  return Number.parseFloat(getComputedStyle(grid).getPropertyValue('--row-height'));
}
