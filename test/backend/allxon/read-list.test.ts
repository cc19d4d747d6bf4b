import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { readListPage, resolveNext } from '../../../src/backend/allxon/read-list.ts';

const ROWS = [{ sn: 'a' }, { sn: 'b' }];

function read(value: unknown, headers: Readonly<Record<string, string>> = {}, status = 200) {
  return readListPage({ status, headers: new Map(Object.entries(headers)), value });
}

const WHOLE = { rows: ROWS, total: null, pages: null, next: null, mark: null };

describe('a page', () => {
  test('that says nothing of others is a whole list', () => {
    expect(read(ROWS)).toEqual(WHOLE);
    expect(read([])).toEqual({ ...WHOLE, rows: [] });
  });

  test.each([201, 202, 203, 207])('with status %i is none', (status) => {
    expect(read(ROWS, {}, status)).toBe(`the answer has status ${status}; expected 200 for a list`);
  });

  test.each<[string, Readonly<Record<string, string>>, number | null]>([
    ['X-Total-Count', { 'x-total-count': '5' }, 5],
    ['X-Total', { 'x-total': ' 5 ' }, 5],
    ['X-Pagination-Total-Count', { 'x-pagination-total-count': '5' }, 5],
    ['Total-Items', { 'total-items': '5' }, 5],
    ['Content-Range', { 'content-range': 'items 0-1/5' }, 5],
    ['a header that is there twice', { 'x-total-count': '5, 5' }, 5],
    ['one in quotes', { 'x-total-count': '"5"' }, 5],
    ['X-Total-Devices', { 'x-total-devices': '5' }, 5],
    ['X-Pagination', { 'x-pagination': '{"TotalCount":5}' }, 5],
    ['the greatest of several', { 'x-total': '2', 'x-total-count': '7' }, 7],
    ['none where it is no number', { 'x-total-count': 'many' }, null],
    ['none where the range is open', { 'content-range': 'items 0-1/*' }, null],
    ['none where it is the time', { 'x-total-time': '5' }, null],
  ])('tells its total by %s', (_, headers, total) => {
    expect(read(ROWS, headers)).toEqual({ ...WHOLE, total });
  });

  test.each<[unknown, number]>([
    [{ items: ROWS, total: 5 }, 5],
    [{ devices: ROWS, total_count: 5 }, 5],
    [{ data: ROWS, totalElements: 2 }, 2],
    [{ data: ROWS, meta: { page: 1, totalItems: 9 } }, 9],
    [{ data: ROWS, total: 2, meta: { page: { total: 9 } } }, 9],
  ])('may be an object that tells its total: %j', (value, total) => {
    expect(read(value)).toEqual({ ...WHOLE, total });
  });

  test.each<[unknown, string]>([
    [null, 'nothing'],
    [{ device_sn: 'a1' }, 'an object'],
    [{ items: ROWS }, 'an object'],
    [{ items: ROWS, count: 2 }, 'an object'],
    [{ items: ROWS, others: ROWS, total: 4 }, 'an object'],
    [{ total: 2 }, 'an object'],
    ['a1', 'a string'],
    [7, 'a number'],
  ])('is not %j', (value, shape) => {
    expect(read(value)).toBe(`the answer is not a list of devices but ${shape}`);
  });

  test.each<[string, string | null]>([
    ['</x?page=2>; rel="next"', '/x?page=2'],
    ["</x?page=2>; rel='next'", '/x?page=2'],
    ['<https://h/x>; rel=next', 'https://h/x'],
    ['</first>; rel="first", </x>; rel="last next"; title="a, b"', '/x'],
    ['</x>; title="page"; REL="Next"', '/x'],
    ['</x>; rel="prev"', null],
    ['</x>; rel="nextish"', null],
    ['next', null],
    ['', null],
  ])('leads on by the Link %s', (link, next) => {
    expect(read(ROWS, { link })).toEqual({ ...WHOLE, next });
  });

  test.each<[string, unknown, Readonly<Record<string, string>>, number, string | null]>([
    ['a 206', ROWS, {}, 206, 'the answer is partial (206)'],
    ['X-Next-Page', ROWS, { 'x-next-page': '2' }, 200, '"x-next-page" shows that there is more'],
    ['an empty X-Next-Page', ROWS, { 'x-next-page': '' }, 200, null],
    ['X-Pagination', ROWS, { 'x-pagination': '{"HasNext":true}' }, 200, '"HasNext" shows that there is more'],
    ['X-Has-More', ROWS, { 'x-has-more': 'true' }, 200, '"x-has-more" shows that there is more'],
    [
      'a continuation token',
      ROWS,
      { 'x-continuation-token': 'abc' },
      200,
      '"x-continuation-token" shows that there is more',
    ],
    ['next', { items: ROWS, total: 2, next: '/x' }, {}, 200, '"next" shows that there is more'],
    ['a next that is null', { items: ROWS, total: 2, next: null }, {}, 200, null],
    ['has_more', { items: ROWS, total: 2, has_more: true }, {}, 200, '"has_more" shows that there is more'],
    ['a has_more that is false', { items: ROWS, total: 2, has_more: false }, {}, 200, null],
  ])('says that there is more by %s', (_, value, headers, status, mark) => {
    expect(read(value, headers, status)).toMatchObject({ mark });
  });

  test('tells how many pages there are', () => {
    expect(read(ROWS, { 'x-total-pages': '3' })).toMatchObject({ pages: 3 });
    expect(read({ items: ROWS, total: 2, total_pages: 1 })).toMatchObject({ pages: 1 });
  });

  test('is read from whatever comes, without an error', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (value, link) => {
        const page = read(value, { link, 'content-range': link, 'x-total-count': link });
        expect(['string', 'object']).toContain(typeof page);
      }),
    );
  });
});

describe('the next page', () => {
  const from = { origin: 'https://us.api.allxon.com', path: '/ota/deployment/d-1/all' };

  test.each<[string, string | null]>([
    ['https://us.api.allxon.com/x?page=2#top', '/x?page=2'],
    ['/x?page=2', '/x?page=2'],
    ['?page=2', '/ota/deployment/d-1/all?page=2'],
    ['https://us.api.allxon.com:443/x', '/x'],
    ['http://us.api.allxon.com/x', null],
    ['https://us.api.allxon.com:8443/x', null],
    ['https://eu.api.allxon.com/x', null],
    ['//elsewhere.invalid/x', null],
    ['https://user:pw@us.api.allxon.com/x', null],
    ['https://', null],
    ['data:,x', null],
  ])('at %s is %s', (next, path) => {
    expect(resolveNext(next, from)).toBe(path);
  });
});
