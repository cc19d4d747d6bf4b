/** Makes `src/views/generated/`: the script and the style of the HTML report, as text for the renderer to put into it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile } from 'esbuild';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'src', 'views', 'generated');

/** Browsers of 2023 and later. */
const TARGET = ['chrome111', 'edge111', 'firefox115', 'safari16.4'];

/** What went into it is told, for the licences. */
export async function generatePage(): Promise<Metafile> {
  const { outputFiles, metafile } = await build({
    entryPoints: { script: 'src/page/main.ts', style: 'src/page/page.css' },
    absWorkingDir: ROOT,
    bundle: true,
    format: 'iife',
    target: TARGET,
    minify: true,
    legalComments: 'none',
    charset: 'ascii',
    outdir: OUTPUT,
    metafile: true,
    write: false,
  });
  const textOf = (end: string) => (outputFiles.find(({ path }) => path.endsWith(end))?.text ?? '').trimEnd();
  mkdirSync(OUTPUT, { recursive: true });
  writeFileSync(
    join(OUTPUT, 'page.js'),
    `export const PAGE_SCRIPT = ${JSON.stringify(textOf('script.js'))};\nexport const PAGE_STYLE = ${JSON.stringify(textOf('style.css'))};\n`,
  );
  writeFileSync(
    join(OUTPUT, 'page.d.ts'),
    'export declare const PAGE_SCRIPT: string;\nexport declare const PAGE_STYLE: string;\n',
  );
  return metafile;
}
