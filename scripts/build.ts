/**
 * Makes `dist/`: one executable file that holds the command and everything it needs, the library with its types, and the
 * licences and the bill of materials of what is in them.
 */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { BuildOptions, Metafile, Plugin } from 'esbuild';
import { buildLibrary } from './build-library.ts';
import { renderBillOfMaterials } from './bill-of-materials.ts';
import { bundle, ROOT } from './bundle.ts';
import { generate } from './generate.ts';
import { generatePage } from './generate-page.ts';
import { renderLauncher, wrapPart } from './launcher.ts';
import type { Part } from './launcher.ts';

const OUTPUT = join(ROOT, 'dist');

type Late = {
  /** Where the dynamic import stands, and what it takes. */
  readonly from: string;
  readonly exported: string;
  /** The part that holds it, where that is another one's: both need much the same. */
  readonly within?: string;
};

/** What is not part of the first part, by what a dynamic import calls it. */
const LATE = new Map<string, Late>([
  ['./look-up-artifacts.ts', { from: 'src/host', exported: 'lookUpArtifacts' }],
  ['./commands/complete.ts', { from: 'src/cli', exported: 'runComplete' }],
  ['./commands/completion.ts', { from: 'src/cli', exported: 'runCompletion' }],
  ['./commands/artifact-upload.ts', { from: 'src/cli', exported: 'runArtifactUpload' }],
  [
    './commands/artifact-check.ts',
    { from: 'src/cli', exported: 'runArtifactCheck', within: './commands/artifact-upload.ts' },
  ],
  ['./commands/init.ts', { from: 'src/cli', exported: 'runInit' }],
  ['./commands/order.ts', { from: 'src/cli', exported: 'runOrder' }],
  ['./commands/diff.ts', { from: 'src/cli', exported: 'runDiff' }],
  ['./commands/plan.ts', { from: 'src/cli', exported: 'runPlan' }],
  ['./commands/rehearse.ts', { from: 'src/cli', exported: 'runRehearse' }],
  ['./commands/rollback.ts', { from: 'src/cli', exported: 'runRollback', within: './commands/run.ts' }],
  ['./plan/ask-online.ts', { from: 'src/cli/commands', exported: 'askOnline' }],
  ['./plan/look-at-records.ts', { from: 'src/cli/commands', exported: 'lookAtRecords' }],
  ['./validate/render-for-review.ts', { from: 'src/cli/commands', exported: 'renderForReview' }],
  ['./run-command.ts', { from: 'src/host', exported: 'createCommandRunner' }],
  [
    '../host/run-credentials-command.ts',
    { from: 'src/cli', exported: 'runCredentialsCommand', within: './run-command.ts' },
  ],
  ['./commands/report.ts', { from: 'src/cli', exported: 'runReport' }],
  ['./commands/run.ts', { from: 'src/cli', exported: 'runRun' }],
  ['./commands/schema.ts', { from: 'src/cli', exported: 'runSchema' }],
  ['./commands/settings.ts', { from: 'src/cli', exported: 'runSettings' }],
  ['./commands/settle.ts', { from: 'src/cli', exported: 'runSettle', within: './commands/order.ts' }],
  ['./commands/follow-up.ts', { from: 'src/cli', exported: 'runFollowUp', within: './commands/run.ts' }],
  ['./commands/simulator.ts', { from: 'src/cli', exported: 'runSimulator' }],
  ['./commands/status.ts', { from: 'src/cli', exported: 'runStatus' }],
  ['./commands/unlock.ts', { from: 'src/cli', exported: 'runUnlock', within: './commands/order.ts' }],
  ['./commands/explain.ts', { from: 'src/cli', exported: 'runExplain' }],
  ['../journal/postgres/postgres-store.ts', { from: 'src/host', exported: 'openPostgresStore' }],
]);

/** What is imported late and stands in the part all the same: each is needed by nearly all who come near it. */
const INLINE = new Set(['./commands/validate.ts', './live.ts']);

await generate();
const page = await generatePage();
const library = await buildLibrary();
const metafiles: Metafile[] = [page, library.metafile];
const main = await bundlePart({ entryPoints: ['src/main.ts'] });
const parts = new Map<string, Part>([['main', { code: main, cache: compileMain(main) }]]);
for (const [name, { from, within }] of LATE) {
  if (within !== undefined) continue;
  const contents = [...LATE].flatMap(([path, { exported, within: holder = path }]) =>
    holder === name ? [`export { ${exported} } from ${JSON.stringify(path)};`] : [],
  );
  const stdin = { contents: contents.join('\n'), resolveDir: join(ROOT, from) };
  parts.set(name, { code: await bundlePart({ stdin }), cache: null });
}
mkdirSync(OUTPUT, { recursive: true });
replaceFile('breakwater.cjs', renderLauncher(parts), 0o755);
replaceFile('index.cjs', library.code, 0o644);
replaceFile('index.d.cts', library.types, 0o644);
const packages = listPackages(metafiles);
replaceFile('THIRD-PARTY-LICENSES.txt', packages.map(renderLicence).join('\n'), 0o644);
replaceFile('bom.cdx.json', renderBillOfMaterials(packages), 0o644);

/** Whoever is just starting the command finds the old one or the new one, and never half of it. */
function replaceFile(name: string, content: Parameters<typeof writeFileSync>[1], mode: number): void {
  const path = join(OUTPUT, name);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  chmodSync(draft, mode);
  renameSync(draft, path);
}

async function bundlePart(options: BuildOptions): Promise<string> {
  const { code, metafile } = await bundle({
    ...options,
    // A part is no module: what it imports lazily, it gets from the launcher's `require`.
    supported: { 'dynamic-import': false },
    plugins: [leaveLateOut()],
  });
  metafiles.push(metafile);
  return code;
}

function leaveLateOut(): Plugin {
  return {
    name: 'leave-late-out',
    setup(setup) {
      setup.onResolve({ filter: /./ }, ({ kind, path }) => {
        if (kind !== 'dynamic-import' || !path.endsWith('.ts') || INLINE.has(path)) return null;
        const late = LATE.get(path);
        // It would be compiled at every start of every command.
        if (late === undefined) return { errors: [{ text: `${path} is imported late and is no part yet` }] };
        return { path: late.within ?? path, external: true };
      });
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

/** The folders of those of which anything is in one of the files. */
function listPackages(all: readonly Metafile[]): readonly string[] {
  const paths = all.flatMap(({ inputs }) => Object.keys(inputs));
  const packages = new Set(
    paths.flatMap((path) => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  );
  return [...packages].sort();
}

function renderLicence(folder: string): string {
  const { name, version: packageVersion, license } = readJson(join(ROOT, folder, 'package.json'));
  const text = readFrom(folder, /^licen[cs]e/i) ?? licenceInReadme(readFrom(folder, /^readme/i) ?? '');
  return `${name} ${packageVersion} (${license})\n\n${text}\n\n${'-'.repeat(80)}\n`;
}

function readFrom(folder: string, name: RegExp): string | null {
  const file = readdirSync(join(ROOT, folder)).find((entry) => name.test(entry));
  return file === undefined ? null : readFileSync(join(ROOT, folder, file), 'utf8').trim();
}

/** From that heading to the next one. */
function licenceInReadme(text: string): string {
  return /^#+ *licen[cs]e *\n([^]*?)(?=^#|$(?![^]))/im.exec(text)?.[1]?.trim() ?? '';
}

type Manifest = { readonly name: string; readonly version: string; readonly license: string };

function readJson(path: string): Manifest {
  if (!existsSync(path)) throw new Error(`${dirname(path)} is not a package`);
  return JSON.parse(readFileSync(path, 'utf8')) as Manifest;
}
