/** The command and the library as ES modules that esbuild splits by itself: each dynamic import is a seam. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { Metafile, OutputFile } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');
export const LIBRARY_ENTRY = 'src/library/index.ts';

export type Bundle = { readonly files: readonly OutputFile[]; readonly metafile: Metafile };

/** `outdir` is where the files are to stand; nothing is written. */
export async function bundle(outdir: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    entryPoints: { breakwater: 'src/main.ts', index: LIBRARY_ENTRY },
    chunkNames: 'chunks/[name]-[hash]',
    outdir,
    absWorkingDir: ROOT,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.20',
    legalComments: 'none',
    define: {
      BREAKWATER_VERSION: JSON.stringify(readVersion()),
      // Whatever the environment says, pg's own client: there is no compiled one in the bundle.
      'process.env.NODE_PG_FORCE_NATIVE': 'undefined',
    },
    // Packages that are CommonJS ask for Node's own modules by it.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
    loader: { '.bash': 'text', '.fish': 'text', '.zsh': 'text' },
    // Its build of modules, of which only what is used is taken.
    alias: { yaml: join(ROOT, 'node_modules/yaml/browser/index.js') },
    // Reached only by cosmiconfig's loaders for code, which are not used, settings being data; and by pg's other client.
    external: ['typescript', 'pg-native'],
    metafile: true,
    write: false,
  });
  return { files: outputFiles, metafile };
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
