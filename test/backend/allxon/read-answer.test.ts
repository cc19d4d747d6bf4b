import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import {
  readApiError,
  readConnectionList,
  readDeviceReports,
} from '../../../src/backend/allxon/read-answer.ts';

describe("a deployment's devices", () => {
  test('are read with their word and when it was last changed, in milliseconds', () => {
    const answer = [
      { device_sn: 'a1', deployment_status: 'processing', update_epoch: 1627584000 },
      { device_sn: 'b2', deployment_status: 'success', update_epoch: 1627584000.25 },
    ];
    expect(readDeviceReports(answer)).toEqual([
      { serial: 'a1', status: 'processing', updatedAt: 1627584000000 },
      { serial: 'b2', status: 'success', updatedAt: 1627584000250 },
    ]);
  });

  test.each<[string, unknown, unknown]>([
    [
      'without a time',
      { device_sn: 'a1', deployment_status: 'failed' },
      { status: 'failed', updatedAt: null },
    ],
    [
      'with a time of 0',
      { device_sn: 'a1', deployment_status: 'failed', update_epoch: 0 },
      { updatedAt: null },
    ],
    [
      'with a time in words',
      { device_sn: 'a1', deployment_status: 'failed', update_epoch: '1' },
      { updatedAt: null },
    ],
    ['without a word', { device_sn: 'a1' }, { status: 'nothing' }],
    ['with a word that is a number', { device_sn: 'a1', deployment_status: 1 }, { status: 'a number' }],
    ['with a word of its own', { device_sn: 'a1', deployment_status: 'Success!' }, { status: 'Success!' }],
    ['with sn for device_sn', { sn: 'a1', deployment_status: 'success' }, { status: 'success' }],
    [
      'with an empty device_sn beside sn',
      { device_sn: '', sn: 'a1', deployment_status: 'success' },
      { status: 'success' },
    ],
  ])('%s are read', (_, entry, expected) => {
    expect(readDeviceReports([entry])).toMatchObject([{ serial: 'a1', ...(expected as object) }]);
  });

  test('that stand in the list twice are told twice', () => {
    const answer = [
      { device_sn: 'a1', deployment_status: 'failed' },
      { device_sn: 'a1', deployment_status: 'success' },
    ];
    expect(readDeviceReports(answer)).toHaveLength(2);
  });

  test('that are not named are passed over, as long as one is', () => {
    const answer = [
      null,
      7,
      'a1',
      [],
      {},
      { device_sn: 12 },
      { device_sn: 'b2', deployment_status: 'success' },
    ];
    expect(readDeviceReports(answer)).toEqual([{ serial: 'b2', status: 'success', updatedAt: null }]);
  });
});

const READERS = [
  ["a deployment's devices", readDeviceReports],
  ["the account's devices", readConnectionList],
] as const;

describe.each(READERS)('%s', (_, readList) => {
  test('may be none', () => {
    expect(readList([])).toEqual([]);
  });

  test.each<[readonly unknown[], string]>([
    [[{ serial: 'a1' }, { serial: 'b2' }], 'no entry of the answer names a device'],
    [['a1', 'b2'], 'no entry of the answer names a device'],
  ])('are not %j', (answer, expected) => {
    expect(readList(answer)).toBe(expected);
  });

  test('never make the reader throw, and no more come out than went in', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (answer) => {
        const read = readList(answer);
        if (typeof read !== 'string') expect(read.length).toBeLessThanOrEqual(answer.length);
      }),
    );
  });
});

test("the account's devices are read with their word", () => {
  expect(readConnectionList([{ sn: 'a1', status: 'online' }, { sn: 'b2' }])).toEqual([
    { serial: 'a1', status: 'online' },
    { serial: 'b2', status: 'nothing' },
  ]);
});

describe('the body of a refusal', () => {
  test.each<[string, unknown, string | null, string | null]>([
    ['as documented', { code: 'E403-1', message: 'no' }, 'E403-1', 'no'],
    ['with a number for a code', { code: 403, message: 'no' }, '403', 'no'],
    ['with an error for a message', { error: 'no' }, null, 'no'],
    ['without either', { detail: 'no' }, null, null],
    ['with both empty', { code: '', message: '' }, null, null],
    ['with objects for texts', { code: {}, message: [] }, null, null],
    ['as a list', ['no'], null, null],
    ['as null', null, null, null],
    ['with control characters', { code: 'E\n1', message: 'a\u001b[2Jb' }, 'E\\u000a1', 'a\\u001b[2Jb'],
    ['that is long', { message: 'x'.repeat(501) }, null, `${'x'.repeat(500)}…`],
  ])('%s', (_, body, code, message) => {
    expect(readApiError(body)).toEqual({ code, message });
  });
});
