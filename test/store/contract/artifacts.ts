/** What was uploaded is kept beside the records of rollouts, by whoever uploads it. */
import { describe, expect, test } from 'vitest';
import { uploadRecord } from '../../kit/artifacts.ts';
import type { OpenWorld } from './kit.ts';

export function describeArtifacts(name: string, openWorld: OpenWorld): void {
  describe(`the record of uploads in ${name}`, () => {
    test('is empty where nothing was uploaded, and looking makes nothing', async () => {
      const { first } = await openWorld();
      expect(await first.readArtifacts()).toEqual({ kind: 'done', value: [] });
      expect(await first.list()).toEqual({ kind: 'done', value: [] });
    });

    test('has each upload as it was put last, the oldest first, for whoever looks', async () => {
      const { first, second } = await openWorld();
      const begun = uploadRecord(1, { uuid: null, uploadedAt: null });
      const other = uploadRecord(2, { region: 'eu' });
      for (const record of [begun, other]) {
        expect(await first.putArtifact(record)).toEqual({ kind: 'done', value: null });
      }
      expect(await second.readArtifacts()).toEqual({ kind: 'done', value: [begun, other] });
      const done = uploadRecord(1);
      await second.putArtifact(done);
      await second.putArtifact(done);
      expect(await first.readArtifacts()).toEqual({ kind: 'done', value: [done, other] });
    });

    test('loses none of many that are put at once, through either handle', async () => {
      const { first, second } = await openWorld();
      const records = Array.from({ length: 12 }, (_, index) => uploadRecord(index));
      await Promise.all(
        records.map((record, index) => (index % 2 === 0 ? first : second).putArtifact(record)),
      );
      const outcome = await first.readArtifacts();
      const found = outcome.kind === 'done' ? outcome.value.map(({ id }) => id) : [];
      expect([...found].sort()).toEqual(records.map(({ id }) => id).sort());
    });

    test('is no rollout', async () => {
      const { first } = await openWorld();
      await first.putArtifact(uploadRecord(1));
      expect(await first.list()).toEqual({ kind: 'done', value: [] });
    });
  });
}
