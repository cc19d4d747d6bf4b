import fc from '../../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { Serial } from '../../../src/plan/identifiers.ts';
import { findDeploymentId, readPostAnswer } from '../../../src/backend/allxon/read-post-answer.ts';
import type { PostAnswer } from '../../../src/backend/allxon/read-post-answer.ts';

const SENT = ['a1', 'b2', 'c3'] as readonly string[] as readonly Serial[];
const ID = '0b6c1f0e-6d53-4d5e-9a57-1f2f3a4b5c6d';

function readAccepted(accepted: unknown, rejected: unknown): PostAnswer {
  const answer = readPostAnswer(
    { deployment_id: ID, deployment_accepted: accepted, deployment_rejected: rejected },
    SENT,
  );
  if (typeof answer === 'string') throw new Error(answer);
  return answer;
}

/** What is taken as rejected, as `serial: reason`. */
function rejections(answer: PostAnswer): readonly string[] {
  return answer.rejected.map(({ serial, reason }) => `${serial}: ${reason}`);
}

const UNREAD_ACCEPTED =
  'deployment_accepted of the answer cannot be read; devices that it does not name count as accepted';
const UNREAD_REJECTED =
  'deployment_rejected of the answer cannot be read; devices that it does not name count as accepted';

describe('the lists', () => {
  type Case = {
    readonly accepted: unknown;
    readonly rejected: unknown;
    readonly rejections: readonly string[];
    readonly unanswered?: readonly string[];
    readonly foreign?: readonly string[];
    readonly unreadable?: string;
  };

  const cases: readonly (readonly [string, Case])[] = [
    ['of serials', { accepted: ['a1', 'b2'], rejected: ['c3'], rejections: ['c3: no reason was given'] }],
    [
      'of objects with device_sn and error',
      {
        accepted: [{ device_sn: 'a1' }, { device_sn: 'b2' }],
        rejected: [{ device_sn: 'c3', error: 'offline' }],
        rejections: ['c3: offline'],
      },
    ],
    [
      'of objects with sn and every kind of reason',
      {
        accepted: [{ sn: 'a1' }],
        rejected: [
          { sn: 'b2', code: 'E1', message: 'no agent' },
          { sn: 'c3', reason: 'too old', code: 7 },
        ],
        rejections: ['b2: no agent: E1', 'c3: too old: 7'],
      },
    ],
    [
      'of serials and objects mixed',
      {
        accepted: ['a1', { sn: 'b2' }],
        rejected: [{ sn: 'c3', error: '' }],
        rejections: ['c3: no reason was given'],
      },
    ],
    [
      'as objects from serial to message',
      { accepted: { a1: 'ok', b2: 'ok' }, rejected: { c3: 'offline' }, rejections: ['c3: offline'] },
    ],
    [
      'as an object from serial to an object with a message',
      {
        accepted: ['a1', 'b2'],
        rejected: { c3: { error: 'offline', code: 'E9' } },
        rejections: ['c3: offline: E9'],
      },
    ],
    [
      'as one object by itself',
      {
        accepted: ['a1', 'b2'],
        rejected: { device_sn: 'c3', error: 'offline' },
        rejections: ['c3: offline'],
      },
    ],
    [
      'that are missing',
      { accepted: undefined, rejected: undefined, rejections: [], unanswered: ['a1', 'b2', 'c3'] },
    ],
    ['that are null', { accepted: null, rejected: null, rejections: [], unanswered: ['a1', 'b2', 'c3'] }],
    ['that are empty', { accepted: [], rejected: {}, rejections: [], unanswered: ['a1', 'b2', 'c3'] }],
    [
      'of which only the rejected are told',
      {
        accepted: undefined,
        rejected: ['c3'],
        rejections: ['c3: no reason was given'],
        unanswered: ['a1', 'b2'],
      },
    ],
    [
      'that name a device twice, whose last reason counts',
      {
        accepted: ['a1', 'a1', 'b2'],
        rejected: [
          { sn: 'c3', error: 'one' },
          { sn: 'c3', error: 'two' },
        ],
        rejections: ['c3: two'],
      },
    ],
    [
      'that name a device both accepted and rejected, which is taken as accepted',
      {
        accepted: ['a1', 'b2', 'c3'],
        rejected: ['c3'],
        rejections: [],
        unreadable: 'the answer lists 1 device both as accepted and as rejected; counted as accepted: c3',
      },
    ],
    [
      'that name devices which were not sent',
      { accepted: ['a1', 'b2', 'c3', 'x9'], rejected: ['y8'], rejections: [], foreign: ['x9', 'y8'] },
    ],
    [
      'that differ in case, which is another device',
      { accepted: ['A1', 'b2', 'c3'], rejected: [], rejections: [], unanswered: ['a1'], foreign: ['A1'] },
    ],
    [
      'of which accepted is a number',
      {
        accepted: 3,
        rejected: ['c3'],
        rejections: ['c3: no reason was given'],
        unanswered: ['a1', 'b2'],
        unreadable: UNREAD_ACCEPTED,
      },
    ],
    [
      'of which rejected is a text',
      {
        accepted: ['a1'],
        rejected: 'c3',
        rejections: [],
        unanswered: ['b2', 'c3'],
        unreadable: UNREAD_REJECTED,
      },
    ],
    [
      'with an entry of another kind beside good ones',
      {
        accepted: ['a1', 'b2'],
        rejected: [{ sn: 'c3', error: 'offline' }, 17, null, ['a1'], '', { device_sn: 12 }],
        rejections: ['c3: offline'],
        unreadable: UNREAD_REJECTED,
      },
    ],
    [
      'with an object from serial to something that is no message, whose device may have been accepted',
      {
        accepted: ['a1'],
        rejected: { b2: false, c3: null },
        rejections: [],
        unanswered: ['b2', 'c3'],
        unreadable: UNREAD_REJECTED,
      },
    ],
    [
      'with an object of something else',
      {
        accepted: { count: 2, items: ['a1', 'b2'] },
        rejected: { count: 1, items: ['c3'] },
        rejections: [],
        unanswered: ['a1', 'b2', 'c3'],
        unreadable:
          'deployment_accepted and deployment_rejected of the answer cannot be read; devices that it does not name count as accepted',
      },
    ],
    [
      'with names out of the object prototype',
      {
        accepted: ['a1', 'b2', 'c3'],
        rejected: ['constructor', '__proto__'],
        rejections: [],
        foreign: ['constructor', '__proto__'],
      },
    ],
  ];

  test.each(cases)('%s', (_, expected) => {
    const answer = readAccepted(expected.accepted, expected.rejected);
    expect(answer.deploymentId).toBe(ID);
    expect(rejections(answer)).toEqual(expected.rejections);
    expect(answer.unanswered).toEqual(expected.unanswered ?? []);
    expect(answer.foreign).toEqual(expected.foreign ?? []);
    expect(answer.unreadable).toBe(expected.unreadable ?? null);
  });

  test('with a reason that would reach a terminal: it is made printable and cut', () => {
    const [one] = readAccepted(['a1', 'b2'], { c3: `\u001b[31m${'x'.repeat(600)}` }).rejected;
    expect(one?.reason.startsWith('\\u001b[31mxxx')).toBe(true);
    expect(one?.reason.endsWith('x…')).toBe(true);
    expect(one?.reason.length).toBeLessThan(520);
  });
});

describe('the deployment_id', () => {
  test.each([
    ['a UUID', ID, ID],
    ['other text', 'dep:7/8', 'dep:7/8'],
    ['a number', 12345, '12345'],
    ['the greatest number that JSON keeps whole', 9007199254740991, '9007199254740991'],
  ])('may be %s', (_, id, expected) => {
    expect(readPostAnswer({ deployment_id: id }, SENT)).toMatchObject({ deploymentId: expected });
  });

  test.each<[string, unknown, string]>([
    ['is missing', {}, 'the answer has no valid deployment_id (it is nothing)'],
    ['is null', { deployment_id: null }, 'the answer has no valid deployment_id (it is nothing)'],
    ['is empty', { deployment_id: '' }, 'the answer has no valid deployment_id (it is empty text)'],
    ['is a list', { deployment_id: [ID] }, 'the answer has no valid deployment_id (it is a list)'],
    ['is a boolean', { deployment_id: true }, 'the answer has no valid deployment_id (it is a boolean)'],
    ['has a space', { deployment_id: 'a b' }, 'the answer has no valid deployment_id (it is a b)'],
    [
      'has a control character',
      { deployment_id: 'a\u0007b' },
      'the answer has no valid deployment_id (it is a\\u0007b)',
    ],
    ['is not ASCII', { deployment_id: 'dép' }, 'the answer has no valid deployment_id (it is dép)'],
    ['would climb in a path', { deployment_id: '..' }, 'the answer has no valid deployment_id (it is ..)'],
    ['has a fraction', { deployment_id: 1.5 }, 'the answer has no valid deployment_id (it is 1.5)'],
    [
      'stands in a list',
      [{ deployment_id: ID }],
      'the answer is not an object with a deployment_id but a list',
    ],
    [
      'is all there is, without its name',
      ID,
      'the answer is not an object with a deployment_id but a string',
    ],
    ['is not in an answer of null', null, 'the answer is not an object with a deployment_id but nothing'],
  ])('cannot be kept where it %s', (_, answer, expected) => {
    expect(readPostAnswer(answer, SENT)).toBe(expected);
  });

  test('cannot be kept where it is a number that has lost digits', () => {
    const answer: unknown = JSON.parse('{"deployment_id": 12345678901234567890}');
    expect(readPostAnswer(answer, SENT)).toContain('no valid deployment_id');
  });

  test.each([
    ['{"deployment_id":"d-1","deployment_acc', 'd-1'],
    ['{ "deployment_id" : "d-1"', 'd-1'],
    ['{"deployment_id":"d-', null],
    ['{"deployment_id":"d\\u0031"', null],
    ['{"deployment_id":""', null],
    ['<html>', null],
    ['', null],
  ])('is looked for in what is left of an answer: %s', (text, expected) => {
    expect(findDeploymentId(text)).toBe(expected);
  });
});

/** Any JSON, with the names that the reader looks for turning up all over it. */
const name = fc.constantFrom(
  'device_sn',
  'sn',
  'error',
  'message',
  'reason',
  'code',
  'a1',
  'b2',
  'c3',
  '__proto__',
);
const anyJson = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.jsonValue(),
    fc.constantFrom<unknown>('a1', 'b2', 'c3', '', null, true, 0, 1e300),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value;

test('any JSON is read without throwing, and each device is one of rejected, unanswered and accepted', () => {
  fc.assert(
    fc.property(anyJson, anyJson, anyJson, (id, accepted, rejected) => {
      readPostAnswer(id, SENT);
      readPostAnswer({ deployment_id: id, deployment_accepted: accepted }, SENT);
      const answer = readAccepted(accepted, rejected);
      const rejectedOnes = answer.rejected.map(({ serial }) => serial);
      const named = [...rejectedOnes, ...answer.unanswered];
      expect(new Set(named).size).toBe(named.length);
      expect(SENT).toEqual(expect.arrayContaining(named));
      expect(answer.foreign.filter((serial) => SENT.some((sent) => sent === serial))).toEqual([]);
      // A device is rejected only where deployment_rejected says its name, and deployment_accepted does not.
      for (const serial of rejectedOnes) expect(JSON.stringify(rejected)).toContain(`"${serial}"`);
    }),
  );
});
