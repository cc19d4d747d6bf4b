import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { haltExplanations } from '../../src/cli/explain/reasons.ts';
import { EVENT_TYPES } from '../../src/store/line-codec.ts';
import { describeCause, describeCauseBriefly } from '../../src/views/wording/causes.ts';
import { describeFailure } from '../../src/views/wording/phrases.ts';
import { describeEvent } from '../../src/views/wording/sentences.ts';
import { orderRecord } from '../kit/orders.ts';
import { makePlan, makeWave, waveName } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';
import { everyEvent } from './every-event.ts';
import { given } from './told-orders.ts';
import { NO_ANSWER, REFUSED, toHalt } from './told.ts';
import type { HaltCause } from '../../src/rollout/halt-cause.ts';

describe('the sentence of an event', () => {
  test('says what happened, with its numbers, for every kind of event', async () => {
    const lines = everyEvent().map(({ event, state }) => `${event.type}: ${describeEvent(event, state)}`);
    await expect(`${[...new Set(lines)].join('\n')}\n`).toMatchFileSnapshot('golden/sentences.txt');
  });

  test('is made for each kind there is', () => {
    const told = new Set<string>(everyEvent().map(({ event }) => event.type));
    expect(told).toEqual(EVENT_TYPES);
  });

  test('of a pause that is lifted acknowledges nothing that was not acknowledged before', () => {
    const told = toHalt();
    told.obey(given(told, 'resume', 'known')).report('berlin/1', { failed: ['berlin-13'] });
    told.obey(given(told, 'pause', null)).obey(given(told, 'resume', 'go on'));
    const resumed = told.events.findLast(({ type }) => type === 'rollout-resumed');
    expect(describeEvent(present(resumed, 'the last resumption'), told.state)).toBe(
      'rollout resumed by ana: "go on"; 4 of 5 failures acknowledged',
    );
  });

  test('shows no control character that a name or an answer brings along', () => {
    const told = new ToldRollout(makePlan([makeWave('a\u001b[31mb', 1)])).deploy('a\u001b[31mb', 1);
    told.obey(
      { ...given(told, 'pause', 'be\u0007ware\n', 'a\u001b[2J'), host: 'h\u0000' },
      { ...given(told, 'pause', null, null), id: 'again', host: 'h\u0000' },
      { ...given(told, 'abort', 'bad\u009b', 'a\u001b[2J') },
    );
    for (const event of told.events) {
      expect(describeEvent(event, told.state)).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
    }
  });
});

const berlin = waveName('berlin');
const numbers = { failures: 3, base: 40, tolerated: 2, needed: null } as const;

describe('why a rollout halted', () => {
  const plan = makePlan(
    [
      makeWave('berlin', 40, { maxFailures: { partsPerMillion: 50_000 } }),
      makeWave('taipei', 25, { minSuccess: { partsPerMillion: 720_000 }, maxFailures: null }),
    ],
    { maxFailures: { count: 4 } },
  );
  const cases: readonly (readonly [string, string, HaltCause])[] = [
    [
      'wave berlin halted: 3 of 40 devices failed, 2 tolerated (maxFailures 5%)',
      'berlin',
      { reason: 'failures-exceeded', ...numbers },
    ],
    [
      'wave berlin halted: 1 of 38 devices failed, none tolerated (maxFailures 5%); not counted: 2 rejected',
      'berlin',
      { reason: 'failures-exceeded', failures: 1, base: 38, tolerated: 0, needed: null },
    ],
    [
      'wave taipei halted: 8 of 25 devices failed, so at most 17 can succeed; 18 must succeed (minSuccess 72%)',
      'taipei',
      { reason: 'success-unreachable', failures: 8, base: 25, tolerated: 7, needed: 18 },
    ],
    [
      "wave taipei halted: 5 of 65 devices failed in the whole rollout, 4 tolerated (the plan's maxFailures 4)",
      'taipei',
      { reason: 'rollout-failures-exceeded', failures: 5, base: 65, tolerated: 4, needed: null },
    ],
    [
      'wave berlin halted: 3 of 40 devices failed, 2 tolerated (maxFailures 5%); not counted: 2 acknowledged',
      'berlin',
      { reason: 'failures-exceeded', ...numbers, acknowledged: 2 },
    ],
    [
      'wave berlin halted: 1 of 38 devices failed, none tolerated (maxFailures 5%); not counted: 2 rejected, 1 acknowledged',
      'berlin',
      { reason: 'failures-exceeded', failures: 1, base: 38, tolerated: 0, needed: null, acknowledged: 1 },
    ],
    [
      'wave taipei halted: 8 of 25 devices failed, 7 tolerated: 18 must succeed (minSuccess 72%); not counted: 9 acknowledged',
      'taipei',
      { reason: 'success-unreachable', failures: 8, base: 25, tolerated: 7, needed: 18, acknowledged: 9 },
    ],
    [
      "wave taipei halted: 5 of 65 devices failed in the whole rollout, 4 tolerated (the plan's maxFailures 4); not counted: 1 acknowledged",
      'taipei',
      {
        reason: 'rollout-failures-exceeded',
        failures: 5,
        base: 65,
        tolerated: 4,
        needed: null,
        acknowledged: 1,
      },
    ],
    ['aborted by ana: "because"', 'taipei', { reason: 'operator', order: orderRecord('abort') }],
    ['aborted on desk', 'taipei', { reason: 'operator', order: { ...orderRecord('abort', null), by: null } }],
    [
      'wave taipei halted: the API refused deployment taipei/1: POST /ota/deployment was answered with 400 (E400-3: unknown artifact) (X-Request-ID 6f1c0f6e-0b5c-4c0e-9d6e-d3e4f5061728)',
      'taipei',
      { reason: 'deployment-refused', deployment: 'taipei/1', failure: REFUSED },
    ],
  ];

  test('is tried for every reason there is', () => {
    const told = everyEvent().flatMap(({ event }) => (event.type === 'rollout-halted' ? [event.cause] : []));
    const reasons = [...told, ...cases.map(([, , cause]) => cause)].map(({ reason }) => reason);
    expect([...new Set(reasons)].sort()).toEqual(Object.keys(haltExplanations).sort());
  });

  test.each(cases)('%s', (sentence, wave, cause) => {
    expect(describeCause({ wave: waveName(wave), cause }, plan)).toBe(sentence);
  });

  test('fits into a cell of a table', () => {
    expect(describeCauseBriefly({ wave: berlin, cause: { reason: 'failures-exceeded', ...numbers } })).toBe(
      'failures-exceeded in berlin: 3 of 40 failed, 2 tolerated',
    );
    expect(
      describeCauseBriefly({
        wave: berlin,
        cause: { reason: 'deployment-refused', deployment: 'berlin/2', failure: REFUSED },
      }),
    ).toBe('deployment-refused in berlin: berlin/2');
    expect(
      describeCauseBriefly({
        wave: berlin,
        cause: { reason: 'failures-exceeded', ...numbers, acknowledged: 2 },
      }),
    ).toBe('failures-exceeded in berlin: 3 more of 40 failed, 2 tolerated');
    expect(
      describeCauseBriefly({ wave: berlin, cause: { reason: 'operator', order: orderRecord('abort') } }),
    ).toBe('operator in berlin: aborted by ana');
  });
});

describe('a failed call', () => {
  test.each([
    ['without an id', NO_ANSWER, 'POST /ota/deployment was not answered within 30s'],
    ['whose id is in its message', { ...NO_ANSWER, message: 'no (id r-1)', requestId: 'r-1' }, 'no (id r-1)'],
    ['whose id is not', { ...NO_ANSWER, message: 'no', requestId: 'r-1' }, 'no (X-Request-ID r-1)'],
  ])('%s names it once', (_, failure, sentence) => {
    expect(describeFailure(failure)).toBe(sentence);
  });
});
