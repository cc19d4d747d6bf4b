/** The library: one file for `import` and `require` alike, and one that has all its types. */
import { join } from 'node:path';
import { format } from 'prettier';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { bundle, ROOT } from './bundle.ts';
import type { Bundle } from './bundle.ts';

const ENTRY = 'src/library/index.ts';

export type Library = Bundle & { readonly types: string };

export async function buildLibrary(): Promise<Library> {
  // Its lines and its names stand in the traces of other people's programs.
  return { ...(await bundle({ entryPoints: [ENTRY], minify: false })), types: await bundleTypes() };
}

async function bundleTypes(): Promise<string> {
  const bundled = await rollup({
    input: join(ROOT, ENTRY),
    plugins: [dts({ tsconfig: join(ROOT, 'tsconfig.json') })],
  });
  const { output } = await bundled.generate({ format: 'es' });
  return format(output[0].code, { parser: 'typescript', printWidth: 120, singleQuote: true });
}
