/**
 * The command and the library as ES modules that Rolldown splits by itself: each dynamic import is a seam. Modules that are
 * there anyway when a part is loaded are kept in few files, because each file takes time to load.
 */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { rolldown } from 'rolldown';

export const ROOT = join(import.meta.dirname, '..');
export const LIBRARY_ENTRY = 'src/library/index.ts';

export type Bundle = {
  /** By their paths in the folder that they are made for. */
  readonly files: ReadonlyMap<string, string>;
  /** The paths of all modules that anything is taken from. */
  readonly sources: readonly string[];
};

/** Nothing is written. */
export async function bundle(): Promise<Bundle> {
  const bundled = await rolldown({
    input: { breakwater: 'src/main.ts', index: LIBRARY_ENTRY },
    cwd: ROOT,
    platform: 'node',
    transform: {
      target: 'node20.20',
      define: {
        BREAKWATER_VERSION: JSON.stringify(readManifest().version),
        BREAKWATER_HOMEPAGE: JSON.stringify(readManifest().homepage),
        // Whatever the environment says, pg's own client: there is no compiled one in the bundle.
        'process.env.NODE_PG_FORCE_NATIVE': 'undefined',
      },
    },
    moduleTypes: { '.bash': 'text', '.fish': 'text', '.zsh': 'text' },
    // Its build of modules, of which only what is used is taken.
    resolve: { alias: { yaml: join(ROOT, 'node_modules/yaml/browser/index.js') } },
    // Reached only by cosmiconfig's loaders for code, which are not used, settings being data; and by pg's other client.
    external: ['typescript', 'pg-native'],
  });
  const { output } = await bundled.generate({
    format: 'esm',
    chunkFileNames: 'chunks/[name]-[hash].js',
    // No two names differ by case alone: not every file system tells them apart.
    hashCharacters: 'base36',
    comments: false,
    // One other character in a file, and V8 holds all of it as twice as many bytes.
    charset: 'ascii',
  });
  await bundled.close();
  const chunks = output.filter((file) => file.type === 'chunk');
  return {
    files: new Map(chunks.map(({ fileName, code }) => [fileName, code])),
    sources: chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => relative(ROOT, id))),
  };
}

type Manifest = { readonly version: string; readonly homepage: string };

function readManifest(): Manifest {
  return JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
}
