/**
 * Makes `dist/`: one executable file that holds the command and everything it needs, and the licences of what is in it.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { generate } from './generate.ts';
import { renderLauncher, wrapPart } from './launcher.ts';
import type { Part } from './launcher.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'dist', 'breakwater.cjs');

/** What is a part of its own, by what a dynamic import calls it, with where that import stands and what it takes. */
const LATE = new Map([
  ['./commands/plan.ts', { from: 'src/cli', exported: 'runPlan' }],
  ['./commands/run.ts', { from: 'src/cli', exported: 'runRun' }],
  ['./commands/schema.ts', { from: 'src/cli', exported: 'runSchema' }],
  ['./commands/simulator.ts', { from: 'src/cli', exported: 'runSimulator' }],
  ['./commands/status.ts', { from: 'src/cli', exported: 'runStatus' }],
]);

await generate();
const { version } = readJson(join(ROOT, 'package.json'));
const metafiles: Metafile[] = [];
const main = await bundle({ entryPoints: ['src/main.ts'], plugins: [leaveLateOut()] });
const parts = new Map<string, Part>([['main', { code: main, cache: compileMain(main) }]]);
for (const [name, { from, exported }] of LATE) {
  const contents = `export { ${exported} } from ${JSON.stringify(name)};`;
  parts.set(name, { code: await bundle({ stdin: { contents, resolveDir: join(ROOT, from) } }), cache: null });
}
rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
mkdirSync(join(ROOT, 'dist'));
writeFileSync(OUTPUT, renderLauncher(parts));
chmodSync(OUTPUT, 0o755);
writeFileSync(join(ROOT, 'dist', 'THIRD-PARTY-LICENSES.txt'), collectLicences(metafiles));

async function bundle(options: BuildOptions): Promise<string> {
  const { outputFiles, metafile } = await build({
    ...options,
    absWorkingDir: ROOT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.20',
    minify: true,
    legalComments: 'none',
    // A part is no module: what it imports lazily, it gets from the launcher's `require`.
    supported: { 'dynamic-import': false },
    define: { BREAKWATER_VERSION: JSON.stringify(version) },
    // Its build of modules, of which only what is used is taken.
    alias: { yaml: join(ROOT, 'node_modules/yaml/browser/index.js') },
    // Reached only by cosmiconfig's loaders for code, which are not used: settings are data.
    external: ['typescript'],
    metafile: true,
    write: false,
  });
  metafiles.push(metafile);
  return outputFiles.map(({ text }) => text).join('');
}

function leaveLateOut(): Plugin {
  return {
    name: 'leave-late-out',
    setup(setup) {
      setup.onResolve({ filter: /./ }, ({ kind, path }) =>
        kind === 'dynamic-import' && LATE.has(path) ? { path, external: true } : null,
      );
    },
  };
}

/** What V8 makes of the first part, or `null` where it cannot be told; the command works without. */
function compileMain(code: string): Buffer | null {
  const folder = mkdtempSync(join(tmpdir(), 'breakwater-build-'));
  const path = join(folder, 'main.js');
  writeFileSync(path, wrapPart(code));
  const script = join(ROOT, 'scripts', 'compile-cache.ts');
  const plan = join(ROOT, 'examples', 'device-files', 'rollout.yaml');
  const { stdout, status } = spawnSync(process.execPath, ['--import', 'tsx', script, path, plan], {
    encoding: 'utf8',
  });
  rmSync(folder, { recursive: true });
  const cache = Buffer.from(stdout.split('\n').at(-1) ?? '', 'base64');
  return status === 0 && cache.length > 0 ? cache : null;
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
