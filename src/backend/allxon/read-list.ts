/**
 * A list of devices, of which an answer may hold only a part. No paging is documented; but a gateway or a later release
 * may cut lists, and then "is not listed" proves nothing. So whatever says that there is more is heeded. Pure; never
 * throws, whatever came.
 */
import { printable, count, renderNumber } from '../../base/text.ts';
import { describeShape, isRecord } from './read-answer.ts';
import type { JsonRecord } from './read-answer.ts';
import type { ListAsked, ReadOutcome } from '../api.ts';
import type { BodyBounds } from './decode-body.ts';

export type ListPage = {
  /** As they came; what they hold is for others to read. */
  readonly rows: readonly unknown[];
  /** How many rows the whole list has, as far as the answer tells. */
  readonly total: number | null;
  /** Where the rest is: a URL, or a path, as it came; `null` where no link leads on. */
  readonly next: string | null;
  /** How many pages there are, as far as the answer tells. */
  readonly pages: number | null;
  /** What else says that there is more, as a clause, or `null`. */
  readonly mark: string | null;
};

export type ListAnswer = {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly value: unknown;
};

/** One page, or why it cannot be read. An object is taken for a page only where it tells how many rows there are. */
export function readListPage({ status, headers, value }: ListAnswer): ListPage | string {
  // "Accepted" and the like say that the list is yet to come.
  if (status !== 200 && status !== 206) return `the answer has status ${status}; expected 200 for a list`;
  const body = Array.isArray(value) ? { rows: value as readonly unknown[], facts: [] } : readWrapped(value);
  if (typeof body === 'string') return body;
  const facts = [...factsIn(headers), ...body.facts];
  const told = [...totalsIn(headers), ...facts.flatMap(totalsOf)];
  const pages = [...numbersIn(headers, PAGES_HEADER), ...facts.flatMap((one) => numbersOf(one, PAGES_KEY))];
  const marks = [
    ...(status === 206 ? ['the answer is partial (206)'] : []),
    ...marksIn(headers),
    ...facts.flatMap(marksOf),
  ];
  return {
    rows: body.rows,
    total: told.length === 0 ? null : Math.max(...told),
    next: nextIn(headers.get('link') ?? ''),
    pages: pages.length === 0 ? null : Math.max(...pages),
    mark: marks[0] ?? null,
  };
}

/** The path and query of `next` as seen from `path`, or `null` where it leads to another origin or cannot be read. */
export function resolveNext(
  next: string,
  { origin, path }: { readonly origin: string; readonly path: string },
): string | null {
  const here = `${origin}${path}`;
  if (!URL.canParse(next, here)) return null;
  const url = new URL(next, here);
  if (url.origin !== new URL(origin).origin || url.username !== '' || url.password !== '') return null;
  return `${url.pathname}${url.search}`;
}

type Wrapped = { readonly rows: readonly unknown[]; readonly facts: readonly JsonRecord[] };

function readWrapped(value: unknown): Wrapped | string {
  const refusal = `the answer is not a list of devices but ${describeShape(value)}`;
  if (!isRecord(value)) return refusal;
  const members = Object.values(value);
  const lists = members.filter((member) => Array.isArray(member)) as readonly (readonly unknown[])[];
  // What pages are told of may stand in an object of its own, or in one within that.
  const inner = members.filter(isRecord);
  const facts = [value, ...inner, ...inner.flatMap((one) => Object.values(one).filter(isRecord))];
  const [rows] = lists;
  const isPage = lists.length === 1 && rows !== undefined && facts.flatMap(totalsOf).length > 0;
  return isPage ? { rows, facts } : refusal;
}

/** `count` is not among them: it may be that of this page. */
const TOTAL_KEY = /^total(?:[_-]?(?:count|items|results|records|rows|elements|devices))?$/i;
const TOTAL_HEADER =
  /^(?:x-)?(?:pagination-|paging-)?total(?:-?(?:count|items|results|records|rows|elements|devices))?$/;

function totalsOf(facts: JsonRecord): readonly number[] {
  return numbersOf(facts, TOTAL_KEY);
}

function numbersOf(facts: JsonRecord, key: RegExp): readonly number[] {
  return Object.entries(facts).flatMap(([name, told]) =>
    key.test(name) && typeof told === 'number' && Number.isFinite(told) ? [told] : [],
  );
}

/** Of a header that tells of pages in JSON. */
function factsIn(headers: ReadonlyMap<string, string>): readonly JsonRecord[] {
  const text = headers.get('x-pagination') ?? headers.get('pagination') ?? '';
  try {
    const facts: unknown = JSON.parse(text);
    return isRecord(facts) ? [facts] : [];
  } catch {
    return [];
  }
}

function totalsIn(headers: ReadonlyMap<string, string>): readonly number[] {
  const range = /\/\s*(\d{1,12})\s*$/.exec(headers.get('content-range') ?? '')?.[1];
  return [...numbersIn(headers, TOTAL_HEADER), ...(range === undefined ? [] : [Number(range)])];
}

function numbersIn(headers: ReadonlyMap<string, string>, header: RegExp): readonly number[] {
  // A header that is there twice holds both values.
  return [...headers].flatMap(([name, text]) =>
    header.test(name)
      ? text
          .split(',')
          .flatMap((one) => /^\s*"?(\d{1,12})"?\s*$/.exec(one)?.[1] ?? [])
          .map(Number)
      : [],
  );
}

/** Something that leads to more, without a link. Empty, zero and `false` say that there is none. */
const MORE_KEY =
  /^(?:next(?:[_-]?(?:page|token|cursor|link|url|offset))?|has[_-]?(?:more|next)|cursor|continuation[_-]?token)$/i;
const MORE_HEADER =
  /^(?:x-)?(?:next(?:-(?:page|token|cursor|link|url|offset))?|has-(?:more|next)|continuation-token)$/;
const PAGES_KEY = /^(?:total[_-]?pages|pages|page[_-]?count)$/i;
const PAGES_HEADER = /^(?:x-)?(?:total-pages|pages|page-count)$/;
const NOTHING: ReadonlySet<string> = new Set(['', '0', 'false', 'null', 'none']);

function marksOf(facts: JsonRecord): readonly string[] {
  return Object.entries(facts).flatMap(([key, told]) => {
    const isTold = typeof told === 'string' || typeof told === 'number' || typeof told === 'boolean';
    return isTold && MORE_KEY.test(key) ? describeMark(key, String(told)) : [];
  });
}

function marksIn(headers: ReadonlyMap<string, string>): readonly string[] {
  return [...headers].flatMap(([name, text]) => (MORE_HEADER.test(name) ? describeMark(name, text) : []));
}

function describeMark(name: string, told: string): readonly string[] {
  return NOTHING.has(told.trim().toLowerCase()) ? [] : [`"${printable(name)}" shows that there is more`];
}

/** Of a `Link` header, the target whose relation is `next`. */
function nextIn(header: string): string | null {
  for (const [, target = '', parameters = ''] of header.matchAll(/<([^>]*)>([^<]*)/g)) {
    const relations = /;\s*rel\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s;,"']+))/i.exec(parameters);
    const names = (relations?.[1] ?? relations?.[2] ?? relations?.[3] ?? '').toLowerCase().split(/\s+/);
    if (names.includes('next')) return target;
  }
  return null;
}

// A list read page by page, on the same origin, to its end. Where that is not reached, what came is given all the same, and
// why it is not whole.

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
  if (read.named < read.rows) return `${count(read.rows - read.named, 'row')} without a device name`;
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
  if (!isNews) return 'its pages never end';
  if (isLarge) return `it is larger than its limit after ${count(pages, 'page')}`;
  return isStopped ? 'the run stopped while its pages were read' : null;
}

function listOf<T>(
  value: readonly T[],
  requestId: string | null,
  why: string | null,
): ReadOutcome<readonly T[]> {
  return { kind: 'read', value, requestId, ...(why !== null && { partial: why }) };
}
