/** What is recorded is there, whole and in order, until it is set aside. */
import { describe, expect, test } from 'vitest';
import type { RolloutName } from '../../../src/plan/identifiers.ts';
import { order } from '../../kit/orders.ts';
import { ANA, append, BEN, event, eventsOf, NAME, opened, OTHER } from './kit.ts';
import type { OpenWorld } from './kit.ts';

export function describeRecording(name: string, openWorld: OpenWorld): void {
  describe(`a journal in ${name}`, () => {
    test('is made where there is none, and read back as it was appended', async () => {
      const { first } = await openWorld();
      const journal = await opened(first);
      expect(journal).toMatchObject({ events: [], tornBytes: 0 });
      await append(journal, event(1));
      await append(journal, event(2), event(3));
      expect(await eventsOf(first)).toEqual([1, 2, 3].map((seq) => event(seq)));
      await journal.close();
      const again = await opened(first);
      expect(again.events).toEqual([1, 2, 3].map((seq) => event(seq)));
      await append(again, event(4));
      expect(again.events).toHaveLength(3);
      await again.close();
      expect(await eventsOf(first)).toEqual([1, 2, 3, 4].map((seq) => event(seq)));
    });

    test('is seen through the other handle at once, while it is held', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      for (const seq of [1, 2, 3]) {
        await append(journal, event(seq));
        expect(await eventsOf(second)).toHaveLength(seq);
      }
    });

    test.each([
      ['quotes, line feeds and more', 'a "b"\n\t\\ ,"sum":"0123456789abcdef"}'],
      ['a zero character', 'a\u0000b'],
      ['half of a pair', 'a\ud83db'],
      ['letters of the world', 'Überprüfung 検証 🌊'],
      ['a megabyte', 'x'.repeat(1_000_000)],
    ])('keeps %s', async (_, message) => {
      const { first } = await openWorld();
      const journal = await opened(first);
      await append(journal, event(1, message), event(2));
      expect(await eventsOf(first)).toEqual([event(1, message), event(2)]);
    });

    test('takes what several callers append at once in the order of the calls', async () => {
      const { first } = await openWorld();
      const journal = await opened(first);
      const seqs = Array.from({ length: 20 }, (_, index) => index + 1);
      const outcomes = await Promise.all(seqs.map((seq) => journal.append([event(seq)])));
      expect(outcomes.every(({ kind }) => kind === 'done')).toBe(true);
      expect(await eventsOf(first)).toEqual(seqs.map((seq) => event(seq)));
    });

    test('of which there is none reads as none, and reading makes none', async () => {
      const { first, second } = await openWorld();
      expect(await first.read(NAME)).toEqual({ kind: 'done', value: null });
      expect(await second.list()).toEqual({ kind: 'done', value: [] });
    });

    test('is listed by name, sorted, each once', async () => {
      const { first, second } = await openWorld();
      for (const one of [NAME, OTHER, 'a' as RolloutName, '10' as RolloutName]) {
        await (await opened(first, ANA, one)).close();
      }
      await (await opened(second, BEN, OTHER)).close();
      expect(await second.list()).toEqual({ kind: 'done', value: ['10', 'a', NAME, OTHER] });
    });
  });

  describe(`setting a record aside in ${name}`, () => {
    test('keeps it for whoever asks for what was set aside, the oldest first', async () => {
      const { first, second } = await openWorld();
      expect(await first.readArchived(NAME)).toEqual({ kind: 'done', value: [] });
      const journal = await opened(first);
      await append(journal, event(1, 'one'));
      await journal.archive();
      await append(journal, event(1, 'two'), event(2, 'two'));
      await journal.archive();
      await append(journal, event(1, 'three'));
      await append(await opened(first, ANA, OTHER), event(1, 'of another'));
      expect(await second.readArchived(NAME)).toEqual({
        kind: 'done',
        value: [[event(1, 'one')], [event(1, 'two'), event(2, 'two')]],
      });
    });

    test('starts an empty one under the same name, as often as is wanted', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      for (const round of ['one', 'two', 'three']) {
        await append(journal, event(1, round), event(2, round));
        expect(await journal.archive()).toEqual({ kind: 'done', value: null });
        expect(await eventsOf(second)).toEqual([]);
        expect(await second.list()).toEqual({ kind: 'done', value: [NAME] });
      }
      await append(journal, event(1, 'last'));
      await journal.close();
      const again = await opened(second, BEN);
      expect(again).toMatchObject({ events: [event(1, 'last')], tornBytes: 0 });
      await append(again, event(2));
    });

    test('changes neither who holds it nor the orders left for it', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      await append(journal, event(1));
      await first.enqueueOrder(NAME, order('pause'));
      await journal.archive();
      expect(await second.open(NAME, BEN)).toMatchObject({ kind: 'held', holder: ANA });
      expect(await journal.orders()).toEqual({ kind: 'done', value: [order('pause')] });
    });

    test('leaves an empty record behind where its runner dies', async () => {
      const { first, second, killSecond } = await openWorld();
      const journal = await opened(second, BEN);
      await append(journal, event(1));
      await journal.archive();
      await killSecond();
      expect(await first.list()).toEqual({ kind: 'done', value: [NAME] });
      expect((await opened(first)).events).toEqual([]);
    });
  });
}
