/** Code with everything that it needs, and what went into it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { BuildOptions, Metafile } from 'esbuild';

export const ROOT = join(import.meta.dirname, '..');

export type Bundle = { readonly code: string; readonly metafile: Metafile };

/** For Node, as one CommonJS module. */
export async function bundle(options: BuildOptions): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    minify: true,
    ...options,
    absWorkingDir: ROOT,
    bundle: true,
    format: 'cjs',
    platform: 'node',
    target: 'node20.20',
    legalComments: 'none',
    define: {
      BREAKWATER_VERSION: JSON.stringify(readVersion()),
      // Whatever the environment says, pg's own client: there is no compiled one in the bundle.
      'process.env.NODE_PG_FORCE_NATIVE': 'undefined',
    },
    loader: { '.bash': 'text', '.fish': 'text', '.zsh': 'text' },
    // Its build of modules, of which only what is used is taken.
    alias: { yaml: join(ROOT, 'node_modules/yaml/browser/index.js') },
    // Reached only by cosmiconfig's loaders for code, which are not used, settings being data; and by pg's other client.
    external: ['typescript', 'pg-native'],
    metafile: true,
    write: false,
  });
  return { code: outputFiles.map(({ text }) => text).join(''), metafile };
}

function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
  return manifest.version;
}
