import { execa } from 'execa';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';

type Packed = {
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly mode: number }[];
};

async function listPackage(): Promise<Packed> {
  const { stdout } = await execa('npm', ['pack', '--ignore-scripts', '--dry-run', '--json'], { cwd: ROOT });
  const [packed] = JSON.parse(stdout) as [Packed];
  return packed;
}

/** What is built, and what npm always takes along. */
const FILES = [
  'CHANGELOG.md',
  'LICENSE',
  'README.md',
  'SECURITY.md',
  'dist/THIRD-PARTY-LICENSES.txt',
  'dist/bom.cdx.json',
  'dist/breakwater.js',
  'dist/index.js',
  'dist/index.d.ts',
  'package.json',
];

test('the package holds what is built, the schemas, the pages and the examples, and nothing else', async () => {
  const { files } = await listPackage();
  const { stdout } = await execa('git', ['ls-files', 'schemas/source/*.schema.json', 'docs', 'examples'], {
    cwd: ROOT,
  });
  const ofGit = stdout.split('\n').map((path) => path.replace('schemas/source/', 'schemas/'));
  const chunks = readdirSync(join(ROOT, 'dist/chunks')).map((name) => `dist/chunks/${name}`);
  expect(chunks.filter((path) => !/^dist\/chunks\/[\w.-]+-[0-9a-z]{8}\.js$/.test(path))).toEqual([]);
  expect(files.map(({ path }) => path).sort()).toEqual([...FILES, ...chunks, ...ofGit].sort());
  const executable = files.filter(({ mode }) => (mode & 0o111) !== 0).map(({ path }) => path);
  expect(executable).toContain('dist/breakwater.js');
});

test('the package has no more than 2 MB to be fetched', async () => {
  const { size } = await listPackage();
  expect(size).toBeLessThan(2_000_000);
});
