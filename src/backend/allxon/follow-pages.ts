/**
 * A list read page by page, on the same origin, to its end. Where that is not reached, what came is given all the same, and
 * why it is not whole.
 */
import { count, renderNumber } from '../../base/text.ts';
import type { ListAsked, ReadOutcome } from '../api.ts';
import type { BodyBounds } from './decode-body.ts';
import { resolveNext } from './read-list.ts';
import type { ListPage } from './read-list.ts';

export type ReadPage<T> =
  | {
      readonly kind: 'read';
      readonly page: ListPage;
      readonly values: readonly T[];
      readonly requestId: string | null;
    }
  | Extract<ReadOutcome<never>, { readonly kind: 'failed' }>;

export type PagedList = {
  /** Of its first page. */
  readonly path: string;
  /** Scheme, host and port: no other is ever asked. */
  readonly origin: string;
  /** Of one page; all of them together hold no more. */
  readonly bounds: BodyBounds;
} & { readonly signal: ListAsked['signal'] | undefined };

/** At 1,000 calls an hour, more pages would take longer than what stands in them holds. */
const PAGES_MAX = 1_000;

/** Values that a row has at the least: itself, and its serial. */
const ROW_VALUES = 2;

export async function followPages<T extends { readonly serial: string }>(
  { path: firstPath, origin, bounds, signal }: PagedList,
  readPage: (path: string) => Promise<ReadPage<T>>,
): Promise<ReadOutcome<readonly T[]>> {
  const found: T[] = [];
  const serials = new Set<string>();
  const visited = new Set<string>();
  let rows = 0;
  for (let path = firstPath; ;) {
    const read = await readPage(path);
    if (read.kind === 'failed') {
      const { message, requestId } = read.failure;
      const why = `its page ${visited.size + 1} could not be read: ${message}`;
      return visited.size === 0 ? read : listOf(found, requestId, why);
    }
    const { page, values, requestId } = read;
    const knownBefore = serials.size;
    visited.add(path);
    rows += page.rows.length;
    for (const value of values) {
      found.push(value);
      serials.add(value.serial);
    }
    if (page.next === null)
      return listOf(
        found,
        requestId,
        findMissing(page, { rows, named: found.length, devices: serials.size, pages: visited.size }),
      );
    const next = resolveNext(page.next, { origin, path });
    const isNews = serials.size > knownBefore && (next === null || !visited.has(next));
    const why = whyNoFurther({
      isForeign: next === null,
      isNews,
      isLarge: visited.size >= PAGES_MAX || rows * ROW_VALUES > bounds.values,
      pages: visited.size,
      isStopped: signal?.aborted === true,
    });
    if (why !== null || next === null) return listOf(found, requestId, why);
    path = next;
  }
}

/** What the last page says of others, as a clause; `null` where all have been read. */
function findMissing(
  { total, pages, mark }: ListPage,
  read: {
    readonly rows: number;
    /** Rows that name a device. */
    readonly named: number;
    readonly devices: number;
    readonly pages: number;
  },
): string | null {
  if (total !== null && read.rows < total) {
    return `it holds ${renderNumber(read.rows)} of ${renderNumber(total)} rows`;
  }
  if (read.named < read.rows) return `${count(read.rows - read.named, 'row')} of it names no device`;
  // Lists that change while their pages are read hold one row twice, and another one not at all.
  if (total !== null && read.devices < total && read.pages > 1) {
    return `its pages name ${renderNumber(read.devices)} devices, of ${renderNumber(total)}`;
  }
  return pages !== null && read.pages < pages ? `it has ${renderNumber(pages)} pages` : mark;
}

type PagesSoFar = {
  readonly isForeign: boolean;
  readonly isNews: boolean;
  readonly isLarge: boolean;
  readonly pages: number;
  readonly isStopped: boolean;
};

function whyNoFurther({ isForeign, isNews, isLarge, pages, isStopped }: PagesSoFar): string | null {
  if (isForeign) return 'its next page is on another server';
  if (!isNews) return 'its pages lead to no end';
  if (isLarge) return `it is larger than was asked for, after ${count(pages, 'page')}`;
  return isStopped ? 'the run was being stopped while its pages were read' : null;
}

function listOf<T>(
  value: readonly T[],
  requestId: string | null,
  why: string | null,
): ReadOutcome<readonly T[]> {
  return { kind: 'read', value, requestId, ...(why !== null && { partial: why }) };
}
