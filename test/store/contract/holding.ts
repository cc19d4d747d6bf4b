/** One holder at a time, until it lets go, dies, or is overruled. */
import { describe, expect, test } from 'vitest';
import { ANA, append, BEN, event, eventsOf, holderIn, NAME, opened, OTHER, readHolder } from './kit.ts';
import type { OpenWorld } from './kit.ts';

export function describeHolding(name: string, openWorld: OpenWorld): void {
  describe(`a hold in ${name}`, () => {
    test('keeps others out and names its holder', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      const holder = await holderIn(second);
      expect(holder).toMatchObject(ANA);
      expect(await second.open(NAME, BEN)).toEqual({ kind: 'held', holder });
      expect(await first.open(NAME, BEN)).toEqual({ kind: 'held', holder });
      await append(journal, event(1));
      await journal.close();
      expect(await readHolder(second)).toBeNull();
    });

    test('is another one each time', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(first);
      const { id } = await holderIn(first);
      await journal.close();
      await opened(second, ANA);
      expect((await holderIn(first)).id).not.toBe(id);
    });

    test('is of one rollout and no other', async () => {
      const { first, second } = await openWorld();
      await opened(first);
      expect(await second.open(OTHER, BEN)).toMatchObject({ kind: 'done' });
    });

    test('goes to one of many who want it at once', async () => {
      const { first, second } = await openWorld();
      const outcomes = await Promise.all(
        Array.from({ length: 12 }, (_, index) => (index % 2 === 0 ? first : second).open(NAME, ANA)),
      );
      expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['done', ...Array<string>(11).fill('held')]);
    });

    test('ends with its holder, and all that was acknowledged is there for the next', async () => {
      const { first, second, killSecond } = await openWorld();
      const journal = await opened(second, BEN);
      await append(journal, event(1), event(2));
      expect(await first.open(NAME, ANA)).toMatchObject({ kind: 'held', holder: BEN });
      await killSecond();
      expect(await readHolder(first)).toBeNull();
      const next = await opened(first);
      expect(next.events).toEqual([event(1), event(2)]);
      await append(next, event(3));
      expect(await eventsOf(first)).toHaveLength(3);
    });
  });

  describe(`unlocking in ${name}`, () => {
    test('ends the hold of the holder with this id, who can do nothing more', async () => {
      const { first, second } = await openWorld();
      const journal = await opened(second, BEN);
      await append(journal, event(1));
      const holder = await holderIn(first);
      expect(await first.unlock(NAME, holder.id)).toEqual({ kind: 'done', holder });
      expect(await readHolder(first)).toBeNull();
      const lost = { kind: 'problem', problem: 'lost' };
      expect(await journal.append([event(2)])).toMatchObject(lost);
      expect(await journal.append([event(2)])).toMatchObject(lost);
      expect(await journal.archive()).toMatchObject(lost);
      expect(await journal.orders()).toMatchObject(lost);
      expect(await eventsOf(first)).toEqual([event(1)]);
    });

    test('leaves the record to the next holder alone', async () => {
      const { first, second } = await openWorld();
      const overruled = await opened(second, BEN);
      await append(overruled, event(1));
      await first.unlock(NAME, (await holderIn(first)).id);
      const next = await opened(first);
      await append(next, event(2));
      expect(await overruled.append([event(2, 'late')])).toMatchObject({ problem: 'lost' });
      await overruled.close();
      expect(await holderIn(second)).toMatchObject(ANA);
      await append(next, event(3));
      expect(await eventsOf(first)).toEqual([1, 2, 3].map((seq) => event(seq)));
    });

    test('is of one holder and no other', async () => {
      const { first, second } = await openWorld();
      const earlier = await opened(second, BEN);
      const { id } = await holderIn(first);
      expect(await first.unlock(NAME, 'nobody')).toMatchObject({ kind: 'not-held-by', holder: { id } });
      await earlier.close();
      expect(await first.unlock(NAME, id)).toEqual({ kind: 'not-held-by', holder: null });
      const journal = await opened(second, BEN);
      const holder = await holderIn(first);
      expect(await first.unlock(NAME, id)).toEqual({ kind: 'not-held-by', holder });
      await append(journal, event(1));
    });

    test('a rollout of which there is no record says that nobody holds it', async () => {
      const { first } = await openWorld();
      expect(await first.unlock(NAME, 'x')).toEqual({ kind: 'not-held-by', holder: null });
      expect(await first.list()).toEqual({ kind: 'done', value: [] });
    });

    test('what a dead runner held says that nobody holds it', async () => {
      const { first, second, killSecond } = await openWorld();
      await opened(second, BEN);
      const { id } = await holderIn(first);
      await killSecond();
      expect(await first.unlock(NAME, id)).toEqual({ kind: 'not-held-by', holder: null });
    });
  });
}
