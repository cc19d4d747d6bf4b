import { describe, expect, test } from 'vitest';
import type { FailureKind } from '../../../src/backend/api.ts';
import {
  classifyStatus,
  classifyTransportFailure,
  outcomeOf,
  OUTCOMES,
} from '../../../src/backend/allxon/outcome-table.ts';
import type { Effect, Occurrence } from '../../../src/backend/allxon/outcome-table.ts';

type Row = readonly [kind: FailureKind, effectOfPost: Effect];

/** Written out a second time, by hand: a change of the table is to be a decision. */
const LISTED: Readonly<Record<number, Row>> = {
  400: ['invalid', 'none'],
  401: ['unauthorized', 'none'],
  403: ['forbidden', 'none'],
  404: ['not-found', 'none'],
  405: ['invalid', 'none'],
  408: ['timed-out', 'unknown'],
  409: ['conflict', 'unknown'],
  413: ['invalid', 'none'],
  414: ['invalid', 'none'],
  415: ['invalid', 'none'],
  422: ['invalid', 'none'],
  429: ['rate-limited', 'none'],
  431: ['invalid', 'none'],
};

function expectedOf(status: number): Row {
  return (
    LISTED[status] ??
    (status >= 500 && status <= 599 ? ['server-error', 'unknown'] : ['unexpected-status', 'unknown'])
  );
}

const STATUSES = Array.from({ length: 900 }, (_, index) => index + 100).filter(
  (status) => status < 200 || status > 299,
);

test('every status from 100 to 999 outside 2xx means what it must for a POST', () => {
  const found = STATUSES.map((status) => {
    const { kind, effect } = outcomeOf('POST', classifyStatus(status));
    return [status, kind, effect];
  });
  expect(found).toEqual(STATUSES.map((status) => [status, ...expectedOf(status)]));
});

test('a POST certainly did not happen for exactly these statuses', () => {
  const none = STATUSES.filter((status) => outcomeOf('POST', classifyStatus(status)).effect === 'none');
  expect(none).toEqual([400, 401, 403, 404, 405, 413, 414, 415, 422, 429, 431]);
});

test('a status that is not one at all may have happened', () => {
  for (const status of [0, -1, 1000, Number.NaN, 400.5]) {
    expect(outcomeOf('POST', classifyStatus(status))).toEqual({
      kind: 'unexpected-status',
      effect: 'unknown',
    });
  }
});

describe('a call without an answer', () => {
  const cases: readonly (readonly ['connect' | 'exchange', boolean, Occurrence, ...Row])[] = [
    ['connect', false, 'no-connection', 'unreachable', 'none'],
    ['connect', true, 'no-connection', 'unreachable', 'none'],
    ['exchange', false, 'connection-lost', 'connection-lost', 'unknown'],
    ['exchange', true, 'no-answer-in-time', 'timed-out', 'unknown'],
  ];

  test.each(cases)(
    'that failed in the phase %s (time-out: %s) is %s',
    (phase, isTimeOut, occurrence, kind, effect) => {
      expect(classifyTransportFailure({ phase, isTimeOut })).toBe(occurrence);
      expect(outcomeOf('POST', occurrence)).toEqual({ kind, effect });
    },
  );
});

test('a call that was withheld did not happen, a 2xx that cannot be read may have', () => {
  expect(outcomeOf('POST', 'withheld')).toEqual({ kind: 'rate-limited', effect: 'none' });
  expect(outcomeOf('POST', 'unreadable-2xx')).toEqual({ kind: 'unreadable', effect: 'unknown' });
});

test('a GET changes nothing, whatever came of it', () => {
  const occurrences = Object.keys(OUTCOMES) as Occurrence[];
  expect(occurrences).toHaveLength(20);
  for (const occurrence of occurrences) expect(outcomeOf('GET', occurrence).effect).toBe('none');
});
