import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { renderSummary } from '../../src/views/summary/summary.ts';
import { apply } from '../../src/rollout/apply.ts';
import { decideOnResuming } from '../../src/rollout/in-doubt.ts';
import { decideOrder } from '../../src/rollout/handle-order.ts';
import { ORDER_KINDS } from '../../src/rollout/order.ts';
import type { Order } from '../../src/rollout/order.ts';
import type { RolloutState } from '../../src/rollout/state.ts';
import { order, orderRecord, settleOrder } from '../kit/orders.ts';
import { DIGEST, waveName } from '../kit/plans.ts';
import { randomRollouts } from './random-rollouts.ts';
import { COMMANDS } from './told.ts';

type Advised = { readonly text: string; readonly orders: readonly Order[] };

/** A summary while nobody is at work, and the orders that it names. */
function advise(state: RolloutState): Advised {
  const text = renderSummary(state, {
    now: state.updatedAt,
    colour: false,
    columns: 1_000,
    commands: COMMANDS,
    isHeld: false,
  });
  return { text, orders: [...text.matchAll(/^ +breakwater (\w+) camera-2\.14(.*)$/gm)].flatMap(readOrder) };
}

function readOrder([, verb, rest = '']: RegExpExecArray): readonly Order[] {
  const kind = ORDER_KINDS.find((one) => one === verb);
  if (kind === undefined) return [];
  if (kind === 'approve') {
    const wave = waveName(/--wave (\S+)/.exec(rest)?.[1] ?? '');
    return [{ ...orderRecord('approve'), kind, wave, digest: DIGEST }];
  }
  if (kind === 'accept-open') return [{ ...orderRecord(kind), kind }];
  if (kind === 'rollback') return [{ ...orderRecord(kind), kind, only: 'reached' }];
  if (kind !== 'settle') return [order(kind)];
  const deployment = /--deployment (\S+) --(?:adopt|not-created)/.exec(rest)?.[1] ?? '';
  return [settleOrder(deployment, { kind: 'not-created' })];
}

/** As a command finds it that gives an order: what a runner that is gone left unanswered is in doubt. */
function afterItsRunner(state: RolloutState): RolloutState {
  return decideOnResuming(state, []).reduce(
    (next, event) => apply(next, { seq: next.seq + 1, at: next.updatedAt, ...event }),
    state,
  );
}

describe('advice', () => {
  test('names no order that would not be obeyed, whatever has happened', () => {
    const named = new Set<string>();
    fc.assert(
      fc.property(randomRollouts, ({ state }) => {
        for (const advised of advise(state).orders) {
          named.add(advised.kind);
          expect(decideOrder(afterItsRunner(state), advised)).toMatchObject({ kind: 'obey' });
        }
      }),
      { numRuns: 500, seed: 5 },
    );
    expect([...named].sort()).toEqual(['abort', 'resume', 'retry', 'settle']);
  });

  test('has something to do next for every rollout that is not finished', () => {
    fc.assert(
      fc.property(randomRollouts, ({ state }) => {
        const { text } = advise(state);
        expect(text.includes('\n  Next  ')).toBe(
          state.phase.kind !== 'completed' || text.includes('Devices that did not succeed'),
        );
      }),
      { numRuns: 500, seed: 7 },
    );
  });
});
