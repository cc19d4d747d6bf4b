/** What the tools say that people ask before they take a package. */
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { readFileSync } from 'node:fs';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { makeFolder } from '../kit/folders.ts';
import { packProject } from '../kit/package.ts';

async function pack(): Promise<Uint8Array<ArrayBuffer>> {
  return Uint8Array.from(readFileSync(await packProject(makeFolder())));
}

test('publint finds nothing', async () => {
  const tarball = await pack();
  const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
  expect(messages.map((message) => formatMessage(message, pkg))).toEqual([]);
});

test('the types are right for require, for import and for bundlers', async () => {
  const analysis = await checkPackage(createPackageFromTarballData(await pack()));
  if (!('problems' in analysis)) throw new Error('it has no types');
  // Every Node.js that it is promised for can `require` a module; TypeScript asks for `module: nodenext` or 20.
  expect(analysis.problems.map(({ kind }) => kind)).toEqual(['CJSResolvesToESM']);
  const { resolutions } = present(analysis.entrypoints['.'], 'the entry');
  const found = Object.entries(resolutions).map(([kind, { resolution }]) => [kind, resolution?.fileName]);
  const types = '/node_modules/breakwater/dist/index.d.ts';
  expect(found).toEqual(['node10', 'node16-cjs', 'node16-esm', 'bundler'].map((kind) => [kind, types]));
});
