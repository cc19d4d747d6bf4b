/** A deployment's request is signed before its intent is on record, and nobody posts its devices while it may still be sent. */
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import { UNASKED_CLOCK_MARGIN_MS } from '../../src/rollout/in-doubt.ts';
import { decideOrder } from '../../src/rollout/handle-order.ts';
import { settleOrder } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { STARTED_AT, ToldRollout } from '../kit/rollouts.ts';
import { tellRun, typesOf } from '../kit/runs.ts';
import { createScriptedApi, inDoubt, notMade } from '../kit/scripted-api.ts';
import type { ApiScript, ScriptedApi } from '../kit/scripted-api.ts';
import type { Clock } from '../../src/base/clock.ts';
import type { AllxonApi } from '../../src/backend/api.ts';

const MINUTE = 60_000;
const plan = makePlan([makeWave('w', 2)]);
const postAgain = makePlan([makeWave('w', 2)], { whenInDoubt: 'post-again' });

/** The API, with its clock as its answers have told it from the first call on; `offsetMs` is how far it is from ours. */
function openApi(script: ApiScript = {}, { offsetMs = 0, isTold = true } = {}) {
  const made: ScriptedApi[] = [];
  const signed: number[] = [];
  const create = (clock: Clock): AllxonApi => {
    const api = createScriptedApi(clock, script);
    made.push(api);
    let known: number | null = null;
    return {
      ...api,
      async readConnections() {
        const outcome = await api.readConnections();
        if (isTold) known = offsetMs;
        return outcome;
      },
      signDeployment() {
        const call = { ...api.signDeployment(), epochMs: clock.now() + (known ?? 0) };
        signed.push(call.epochMs);
        return call;
      },
      postDeployment(request, call) {
        expect(signed.at(-1)).toBe(call.epochMs);
        return api.postDeployment(request, call);
      },
      clockOffsetMs: () => known,
    };
  };
  return { create, signed, posted: () => made.flatMap(({ posted }) => posted) };
}

/** What a runner leaves that was frozen, or ended, between its intent and an answer. */
function announced({ at = plan, signedAt }: { at?: typeof plan; signedAt?: number } = {}): ToldRollout {
  const { devices } = present(at.waves[0], 'the wave');
  const intent = {
    type: 'deployment-intended',
    deployment: 'w/1',
    wave: 'w',
    batch: 1,
    attempt: 1,
    devices,
  } as RolloutEvent;
  return new ToldRollout(at).tell(
    signedAt === undefined ? intent : ({ ...intent, signedAt, sender: 'a-hold' } as RolloutEvent),
  );
}

function doubted(kind: string, facts: { status?: number; isSenderGone?: true } = {}): RolloutEvent {
  const { status = null, ...gone } = facts;
  return {
    type: 'deployment-doubted',
    deployment: 'w/1',
    failure: { kind, message: kind, status, code: null, requestId: null },
    ...gone,
  };
}

test("the time of the signature, by the API's clock, is on record with the intent, and the call is sent with it", async () => {
  const api = openApi({}, { offsetMs: 7 * MINUTE });
  const { result, events } = await tellRun({ plan, api: api.create });
  expect(result.cause.why).toBe('completed');
  const intent = events.find(({ type }) => type === 'deployment-intended');
  expect(intent).toMatchObject({ signedAt: api.signed[0], sender: 'memory' });
  expect(api.signed).toHaveLength(1);
  // The free call before the first POST has told the clock.
  expect(api.signed[0]).toBeGreaterThanOrEqual(STARTED_AT + 7 * MINUTE);
});

test('a request that was signed by a wrong clock is on record as not made, and another intent gets another signature', async () => {
  const refused = { ...notMade('unauthorized', 401), wasSignedOff: true } as const;
  const api = openApi({ posts: [refused] });
  const { result, events } = await tellRun({ plan, api: api.create });
  expect(result.cause.why).toBe('completed');
  expect(typesOf(events).filter((type) => type.startsWith('deployment-'))).toEqual([
    'deployment-intended',
    'deployment-not-made',
    'deployment-intended',
    'deployment-accepted',
  ]);
  expect(api.signed).toHaveLength(2);
});

test('a 401 that no clock explains ends the run, and is not signed again', async () => {
  const api = openApi({ posts: [notMade('unauthorized', 401)] });
  const { result } = await tellRun({ plan, api: api.create });
  expect(result.cause.why).toBe('environment');
  expect(api.signed).toHaveLength(1);
});

describe('an intent whose append was acknowledged late', () => {
  test('is not followed by its POST where the hold was lost meanwhile', async () => {
    const api = openApi();
    const lost = { kind: 'problem', problem: 'lost', message: 'it was unlocked by force' } as const;
    const { result, events } = await tellRun({
      plan,
      api: api.create,
      verifyHold: () => Promise.resolve(lost),
    });
    expect(api.posted()).toEqual([]);
    expect(result.cause).toEqual({ why: 'lost', message: 'it was unlocked by force', isRecorded: false });
    expect(typesOf(events).at(-1)).toBe('deployment-intended');
  });

  test('is sent once the hold was verified by an answer that came soon', async () => {
    const api = openApi();
    let asked = 0;
    const { result } = await tellRun({
      plan,
      api: api.create,
      verifyHold({ clock }) {
        if (++asked === 1) clock.jump(6_000);
        return Promise.resolve({ kind: 'done', value: null });
      },
    });
    expect(asked).toBe(2);
    expect(result.cause.why).toBe('completed');
  });

  test('is not sent where no answer comes soon', async () => {
    const api = openApi();
    let slow = 8;
    const { result, events } = await tellRun({
      plan,
      api: api.create,
      verifyHold({ clock }) {
        if (slow-- > 0) clock.jump(20_000);
        return Promise.resolve({ kind: 'done', value: null });
      },
    });
    expect(result.cause.why).toBe('completed');
    expect(api.posted()).toHaveLength(1);
    const held = events.filter((event) => event.type === 'deployment-not-made');
    expect(held).toMatchObject([{ failure: { kind: 'held-back' } }, { failure: { kind: 'held-back' } }]);
  });
});

describe('settle --not-created, of a deployment', () => {
  const signedAt = STARTED_AT + MINUTE;
  const end = signedAt + 11 * MINUTE;
  const word = (told: ToldRollout, apiTime: number) =>
    decideOrder(told.state, settleOrder('w/1', { kind: 'not-created' }, 'settle', apiTime)).kind;

  test.each<[string, RolloutEvent]>([
    ['whose runner ended before an answer', doubted('runner-ended')],
    ['that was not answered in time', doubted('timed-out')],
  ])("%s waits for the end of its signature, by the API's clock", (_, doubt) => {
    const told = announced({ signedAt }).tell(doubt);
    expect(word(told, end - 1)).toBe('refuse');
    expect(word(told, end)).toBe('obey');
    const early = decideOrder(told.state, settleOrder('w/1', { kind: 'not-created' }, 'x', end - 1));
    expect('message' in early && early.message).toContain(
      "may still be sent or delivered until 2026-01-05 08:12:00 UTC, by the API's clock",
    );
  });

  test.each<[string, RolloutEvent]>([
    ['whose runner has certainly ended', doubted('runner-ended', { isSenderGone: true })],
    ['that was answered', doubted('server-error', { status: 502 })],
    ['whose connection broke', doubted('connection-lost')],
  ])('%s waits for nothing', (_, doubt) => {
    expect(word(announced({ signedAt }).tell(doubt), signedAt)).toBe('obey');
  });

  test('that is adopted waits for nothing', () => {
    const told = announced({ signedAt }).tell(doubted('runner-ended'));
    const adopt = settleOrder('w/1', { kind: 'adopted', deploymentId: 'id-1' as never }, 'x', signedAt);
    expect(decideOrder(told.state, adopt).kind).toBe('obey');
  });

  test("without the API's clock waits an hour longer, by this machine's", () => {
    const told = announced({ signedAt }).tell(doubted('runner-ended'));
    const order = settleOrder('w/1', { kind: 'not-created' }) as { apiTime?: unknown };
    delete order.apiTime;
    const given = (givenAt: number) => decideOrder(told.state, { ...order, givenAt } as never).kind;
    expect(given(end + UNASKED_CLOCK_MARGIN_MS - 1)).toBe('refuse');
    expect(given(end + UNASKED_CLOCK_MARGIN_MS)).toBe('obey');
  });

  test('on a record of release 0.1 goes by the time of its intent', () => {
    const told = announced().tell(doubted('runner-ended'));
    const { intendedAt } = present(told.state.deployments.get('w/1'), 'the deployment');
    expect(word(told, intendedAt + 11 * MINUTE - 1)).toBe('refuse');
    expect(word(told, intendedAt + 11 * MINUTE)).toBe('obey');
  });
});

describe('whenInDoubt: post-again, where a runner left an intent and may be frozen,', () => {
  const signedAt = STARTED_AT + 2 * MINUTE;
  const goOn = (api: ReturnType<typeof openApi>, wanted: { maxWaitMs?: number } = {}) => {
    const { events } = announced({ at: postAgain, signedAt });
    return tellRun({ plan: postAgain, api: api.create, events, startAt: STARTED_AT + 3 * MINUTE, ...wanted });
  };
  const intentsOf = ({
    events,
  }: {
    readonly events: readonly { readonly type: string; readonly at: number }[];
  }) => events.filter(({ type }) => type === 'deployment-intended').map(({ at }) => at);

  test('waits for the end of its signature, says so, and posts then', async () => {
    const told = await goOn(openApi());
    expect(told.result.cause.why).toBe('completed');
    expect(intentsOf(told)[1]).toBeGreaterThanOrEqual(signedAt + 11 * MINUTE);
    expect(intentsOf(told)[1]).toBeLessThan(signedAt + 12 * MINUTE);
    expect(told.notices).toContainEqual(
      expect.objectContaining({ kind: 'waiting', why: 'signature', until: signedAt + 11 * MINUTE }),
    );
  });

  test("waits by the API's clock, which is asked first, however wrong ours is", async () => {
    const told = await goOn(openApi({}, { offsetMs: -2 * 60 * MINUTE }));
    // By the API's clock, times on record are two hours earlier: the signature has 2 h 10 min left.
    expect(intentsOf(told)[1]).toBeGreaterThanOrEqual(signedAt + 11 * MINUTE);
  });

  test("waits 10 minutes longer where no answer tells the API's clock", async () => {
    const told = await goOn(openApi({}, { isTold: false }));
    expect(told.result.cause.why).toBe('completed');
    expect(intentsOf(told)[1]).toBeGreaterThanOrEqual(signedAt + 21 * MINUTE);
  });

  test('waits no longer than --max-wait', async () => {
    const api = openApi();
    const told = await goOn(api, { maxWaitMs: MINUTE });
    expect(told.result.cause.why).toBe('waiting');
    expect(told.result.cause.message).toContain('signed request');
    expect(api.posted()).toEqual([]);
  });

  test('waits after a POST that was not answered in time as well, and not after one that was', async () => {
    const timedOut = await tellRun({
      plan: postAgain,
      api: openApi({ posts: [inDoubt('timed-out')] }).create,
    });
    const [first = 0, second = 0] = intentsOf(timedOut);
    expect(second - first).toBeGreaterThanOrEqual(11 * MINUTE);
    const answered = await tellRun({
      plan: postAgain,
      api: openApi({ posts: [inDoubt('server-error', 502)] }).create,
    });
    const [one = 0, two = 0] = intentsOf(answered);
    expect(two - one).toBeLessThan(MINUTE);
  });
});
