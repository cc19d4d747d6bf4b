/**
 * Makes `dist/`: the command and the library as ES modules, with everything that they need, the library's types, and the
 * licences and the bill of materials of what is in them.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { renderBillOfMaterials } from './bill-of-materials.ts';
import { bundle, ROOT } from './bundle.ts';
import { bundleTypes } from './bundle-types.ts';
import { generate } from './generate.ts';
import { generatePage } from './generate-page.ts';

const OUTPUT = join(ROOT, 'dist');
const COMMAND = 'breakwater.js';
/** What `npx` and `npm link` have linked to in a checkout of an earlier revision: they do not look at the name again. */
const FORMER_COMMAND = 'breakwater.cjs';
const EXECUTABLE: readonly string[] = [COMMAND, FORMER_COMMAND];

await generate();
const page = await generatePage();
const { files, sources } = await bundle();
const packages = listPackages([...Object.keys(page.inputs), ...sources]);
const built = new Map<string, string>([
  ...files,
  [FORMER_COMMAND, `#!/usr/bin/env node\nimport('./${COMMAND}');\n`],
  ['index.d.ts', await bundleTypes()],
  ['THIRD-PARTY-LICENSES.txt', packages.map(renderLicence).join('\n')],
  ['bom.cdx.json', renderBillOfMaterials(packages)],
]);
mkdirSync(join(OUTPUT, 'chunks'), { recursive: true });
// What the others import is written first, under names that tell what is in it; what nothing imports any more goes last.
const isEntry = (name: string) => dirname(name) === '.';
for (const name of [...built.keys()].sort((a, b) => Number(isEntry(a)) - Number(isEntry(b))))
  replaceFile(name);
for (const name of readdirSync(OUTPUT, { recursive: true, encoding: 'utf8' })) {
  if (name !== 'chunks' && !built.has(name)) rmSync(join(OUTPUT, name), { recursive: true, force: true });
}

/** Whoever is just starting the command finds the old file or the new one, and never half of it. */
function replaceFile(name: string): void {
  const path = join(OUTPUT, name);
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, built.get(name) ?? '', { mode: EXECUTABLE.includes(name) ? 0o755 : 0o644 });
  renameSync(draft, path);
}

/** The folders of those that anything is taken from. */
function listPackages(paths: readonly string[]): readonly string[] {
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
