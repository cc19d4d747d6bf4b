/** Orders wait for whoever takes them up; work that concerns all rollouts is done by one at a time. */
import { describe, expect, test } from 'vitest';
import type { Order } from '../../../src/rollout/order.ts';
import { order, settleOrder } from '../../kit/orders.ts';
import { ANA, append, BEN, event, NAME, opened, OTHER } from './kit.ts';
import type { OpenWorld } from './kit.ts';

export function describeOrdering(name: string, openWorld: OpenWorld): void {
  describe(`an order in ${name}`, () => {
    const orders: readonly Order[] = [
      { ...order('pause', '0b'), givenAt: 1, reason: 'a "reason"\nof two lines, für alle' },
      { ...order('resume', '0a'), givenAt: 20, by: null, reason: null },
      { ...settleOrder('canary/1', { kind: 'not-created' }, 'any id: of/any sort'), givenAt: 100 },
    ];

    test('waits for whoever holds the rollout, the oldest first, until it is dropped', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      for (const one of orders) expect(await second.enqueueOrder(NAME, one)).toMatchObject({ kind: 'done' });
      expect(await journal.orders()).toEqual({ kind: 'done', value: orders });
      expect(await second.read(NAME)).toMatchObject({ value: { orders } });
      for (const [index, { id }] of orders.entries()) {
        expect(await journal.dropOrder(id)).toEqual({ kind: 'done', value: null });
        expect(await journal.orders()).toEqual({ kind: 'done', value: orders.slice(index + 1) });
      }
    });

    test('waits for the next runner where nobody holds the rollout', async () => {
      const { first, second } = await openWorld();
      await (await opened(first)).close();
      await second.enqueueOrder(NAME, order('abort'));
      expect(await (await opened(first)).orders()).toEqual({ kind: 'done', value: [order('abort')] });
    });

    test('outlives the runner that had looked at it', async () => {
      const { first, second, killSecond } = await openWorld();
      const journal = await opened(second, BEN);
      await first.enqueueOrder(NAME, order('pause'));
      expect(await journal.orders()).toMatchObject({ value: [order('pause')] });
      await killSecond();
      expect(await (await opened(first)).orders()).toMatchObject({ value: [order('pause')] });
    });

    test('that is left twice is there once', async () => {
      const { first } = await openWorld();
      const journal = await opened(first);
      for (let times = 0; times < 2; times++) await first.enqueueOrder(NAME, order('pause'));
      expect(await journal.orders()).toEqual({ kind: 'done', value: [order('pause')] });
    });

    test('that is dropped twice, or was never there, is no problem', async () => {
      const { first } = await openWorld();
      const journal = await opened(first);
      await first.enqueueOrder(NAME, order('pause', 'one'));
      for (const id of ['two', 'one', 'one'])
        expect(await journal.dropOrder(id)).toMatchObject({ kind: 'done' });
      expect(await journal.orders()).toEqual({ kind: 'done', value: [] });
    });

    test('for a rollout of which there is no record is refused, and makes none', async () => {
      const { first } = await openWorld();
      const outcome = await first.enqueueOrder(NAME, order('pause'));
      expect(outcome).toMatchObject({ kind: 'problem', problem: 'unavailable' });
      expect(outcome.kind === 'problem' && outcome.message).toContain(NAME);
      expect(await first.read(NAME)).toEqual({ kind: 'done', value: null });
      expect(await first.list()).toEqual({ kind: 'done', value: [] });
    });

    test('is of one rollout and no other', async () => {
      const { first } = await openWorld();
      const journal = await opened(first);
      await opened(first, ANA, OTHER);
      await first.enqueueOrder(OTHER, order('pause'));
      await journal.dropOrder('pause');
      expect(await journal.orders()).toEqual({ kind: 'done', value: [] });
      expect(await first.read(OTHER)).toMatchObject({ value: { orders: [order('pause')] } });
    });
  });

  describe(`working exclusively in ${name}`, () => {
    test('keeps others waiting, through either handle, until the work has ended', async () => {
      const { first, second } = await openWorld();
      let atWork = 0;
      const work = async () => {
        atWork += 1;
        expect(atWork).toBe(1);
        await first.list();
        await second.read(NAME);
        atWork -= 1;
        return 'worked';
      };
      const outcomes = await Promise.all(
        Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? first : second).exclusively(work)),
      );
      expect(outcomes).toEqual(Array(8).fill({ kind: 'done', value: 'worked' }));
    });

    test('takes no rollout, and needs none', async () => {
      const { first, second } = await openWorld();
      const outcome = await first.exclusively(async () => {
        const journal = await opened(second, BEN);
        await append(journal, event(1));
        return first.list();
      });
      expect(outcome).toEqual({ kind: 'done', value: { kind: 'done', value: [NAME] } });
    });

    test('ends where the work throws, which is passed on', async () => {
      const { first, second } = await openWorld();
      await expect(first.exclusively(() => Promise.reject(new Error('a bug')))).rejects.toThrow('a bug');
      expect(await second.exclusively(() => Promise.resolve(1))).toEqual({ kind: 'done', value: 1 });
    });

    test('ends with the one who dies at it', async () => {
      const { first, second, killSecond } = await openWorld();
      await new Promise<void>((resolve) => {
        void second.exclusively(() => {
          resolve();
          return new Promise(() => undefined);
        });
      });
      await killSecond();
      expect(await first.exclusively(() => Promise.resolve(1))).toEqual({ kind: 'done', value: 1 });
    });
  });
}
