/**
 * Makes `dist/`: one executable file that holds the command and everything it needs, and the licences of what is in it.
 * Whatever a command does not need is imported lazily by the sources, so that it is in the file but is not run.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';
import { generate } from './generate.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'dist', 'breakwater.js');

await generate();
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
mkdirSync(join(ROOT, 'dist'));
const { version } = readJson(join(ROOT, 'package.json'));
const { metafile } = await build({
  absWorkingDir: ROOT,
  entryPoints: ['src/main.ts'],
  outfile: OUTPUT,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.20',
  minify: true,
  legalComments: 'none',
  metafile: true,
  define: { BREAKWATER_VERSION: JSON.stringify(version) },
  // Reached only by cosmiconfig's loaders for code, which are not used: settings are data.
  external: ['typescript'],
  banner: {
    js: "#!/usr/bin/env node\nimport{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
});
chmodSync(OUTPUT, 0o755);
writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'), collectLicences(metafile));

function collectLicences({ inputs }: Metafile): string {
  const packages = new Set(
    Object.keys(inputs).flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return [...packages].sort().map(renderLicence).join('\n');
}

function renderLicence(folder: string): string {
  const { name, version: packageVersion, license } = readJson(join(ROOT, folder, 'package.json'));
  const file = readdirSync(join(ROOT, folder)).find((entry) => /^licen[cs]e/i.test(entry));
  const text = file === undefined ? '' : readFileSync(join(ROOT, folder, file), 'utf8').trim();
  return `${name} ${packageVersion} (${license})\n\n${text}\n\n${'-'.repeat(80)}\n`;
}

type Manifest = { readonly name: string; readonly version: string; readonly license: string };

function readJson(path: string): Manifest {
  if (!existsSync(path)) throw new Error(`${dirname(path)} is not a package`);
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
