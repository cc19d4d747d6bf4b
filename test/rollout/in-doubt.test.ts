import { expect, test } from 'vitest';
import { decide } from '../../src/rollout/decide.ts';
import type { RolloutEvent } from '../../src/rollout/event.ts';
import { nextActionOf } from '../../src/rollout/in-doubt.ts';
import type { NextAction } from '../../src/rollout/in-doubt.ts';
import { orderRecord } from '../kit/orders.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { ToldRollout } from '../kit/rollouts.ts';

const WAVE = makeWave('w', 2);
const failure = { kind: 'any', message: 'any', status: null, code: null, requestId: null };
const deployment = 'w/1';
const accepted = {
  type: 'deployment-accepted',
  deployment,
  deploymentId: 'id' as never,
  requestId: null,
  rejected: [],
  unreadable: null,
} as const;
const settled = { type: 'deployment-settled', order: orderRecord('s'), deployment } as const;
const doubted: RolloutEvent = { type: 'deployment-doubted', deployment, failure };

/** What came after the intent; what it means with `stop`, and with `post-again`. */
const TABLE: readonly [string, readonly RolloutEvent[], NextAction, NextAction][] = [
  ['nothing yet', [], 'leave', 'leave'],
  ['an acceptance', [accepted], 'leave', 'leave'],
  ['a doubt', [doubted], 'settle-first', 'post-next-attempt'],
  ['a doubt that turned out to exist', [doubted, accepted], 'leave', 'leave'],
  [
    'a POST that was not made',
    [{ type: 'deployment-not-made', deployment, failure }],
    'post-this-attempt',
    'post-this-attempt',
  ],
  ['a refusal', [{ type: 'deployment-refused', deployment, failure }], 'leave', 'leave'],
  [
    'a refusal that was acknowledged',
    [
      { type: 'deployment-refused', deployment, failure },
      { type: 'rollout-resumed', order: orderRecord('r') },
    ],
    'post-next-attempt',
    'post-next-attempt',
  ],
  [
    'a doubt settled as adopted',
    [doubted, { ...settled, settlement: { kind: 'adopted', deploymentId: 'id' as never } }],
    'leave',
    'leave',
  ],
  [
    'a doubt settled as not created',
    [doubted, { ...settled, settlement: { kind: 'not-created' } }],
    'post-this-attempt',
    'post-this-attempt',
  ],
];

const CASES = TABLE.flatMap(([name, events, stop, postAgain]) => [
  [name, 'stop', events, stop] as const,
  [name, 'post-again', events, postAgain] as const,
]);

test.each(CASES)('after the intent, %s (%s)', (_, whenInDoubt, events, fate) => {
  const told = new ToldRollout(makePlan([WAVE], { whenInDoubt })).tell(
    { type: 'deployment-intended', deployment, wave: WAVE.name, batch: 1, attempt: 1, devices: WAVE.devices },
    ...events,
  );
  const { state } = told;
  const latest = state.deployments.get(deployment);
  expect(latest && nextActionOf(latest, state.plan)).toBe(fate);
  const decision = decide(state, state.updatedAt);
  const posts = decision.kind === 'deploy' ? decision.post.map(({ key }) => key) : [];
  const expected = {
    leave: [],
    'settle-first': [],
    'post-this-attempt': ['w/1'],
    'post-next-attempt': ['w/1.2'],
  };
  expect(posts).toEqual(expected[fate]);
  expect(decision.kind === 'in-doubt').toBe(fate === 'settle-first');
});
