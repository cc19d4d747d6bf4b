/**
 * Makes `dist/`: one executable file that holds the command and everything it needs, and the licences of what is in it.
 *
 * Node compiles all of a file before it runs the first line of it, which for everything that `run` needs takes longer
 * than the whole of `validate`. So the commands that talk to the API stand in the file as text, and are compiled when one
 * of them is called.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { generate } from './generate.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'dist', 'breakwater.js');

/** What is compiled when it is imported, by what a dynamic import calls it, with the name that is taken from it. */
const LATE = new Map([
  ['./commands/run.ts', 'runRun'],
  ['./commands/simulator.ts', 'runSimulator'],
  ['./commands/schema.ts', 'runSchema'],
  ['cosmiconfig', 'cosmiconfigSync'],
]);

const REQUIRE =
  "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);";

await generate();
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
mkdirSync(join(ROOT, 'dist'));
const { version } = readJson(join(ROOT, 'package.json'));
const shared: BuildOptions = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node20.20',
  minify: true,
  legalComments: 'none',
  metafile: true,
  define: { BREAKWATER_VERSION: JSON.stringify(version) },
  // Reached only by cosmiconfig's loaders for code, which are not used: settings are data.
  external: ['typescript'],
};
const metafiles: Metafile[] = [];
const { metafile } = await build({
  ...shared,
  metafile: true,
  entryPoints: ['src/main.ts'],
  outfile: OUTPUT,
  format: 'esm',
  banner: { js: `#!/usr/bin/env node\n${REQUIRE}` },
  plugins: [compileLate()],
});
metafiles.push(metafile);
chmodSync(OUTPUT, 0o755);
writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'), collectLicences(metafiles));

function compileLate(): Plugin {
  return {
    name: 'compile-late',
    setup(setup) {
      setup.onResolve({ filter: /./ }, ({ kind, path, resolveDir }) =>
        kind === 'dynamic-import' && LATE.has(path)
          ? { path, namespace: 'late', pluginData: resolveDir }
          : null,
      );
      setup.onLoad({ filter: /./, namespace: 'late' }, async ({ path, pluginData }) => ({
        contents: await renderLate(path, String(pluginData)),
      }));
    },
  };
}

/** A module that holds what `path` stands for as text, and compiles it when it is imported. */
async function renderLate(path: string, resolveDir: string): Promise<string> {
  const exported = LATE.get(path) ?? '';
  const { outputFiles, metafile: late } = await build({
    ...shared,
    metafile: true,
    stdin: { contents: `export { ${exported} } from ${JSON.stringify(path)};`, resolveDir },
    format: 'cjs',
    write: false,
    supported: { 'dynamic-import': false },
  });
  metafiles.push(late);
  return `
    import { compileFunction } from 'node:vm';
    const text = ${JSON.stringify(outputFiles.map(({ text }) => text).join(''))};
    const module = { exports: {} };
    const options = { filename: ${JSON.stringify(`breakwater-${basename(path, '.ts')}.js`)} };
    compileFunction(text, ['require', 'module', 'exports'], options)(require, module, module.exports);
    export const { ${exported} } = module.exports;
  `;
}

function collectLicences(all: readonly Metafile[]): string {
  const paths = all.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(
    paths.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
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
