/** The library's types in one file. */
import { join } from 'node:path';
import { format } from 'prettier';
import { rollup } from 'rollup';
import { dts } from 'rollup-plugin-dts';
import { LIBRARY_ENTRY, ROOT } from './bundle.ts';

export async function bundleTypes(): Promise<string> {
  const bundled = await rollup({
    input: join(ROOT, LIBRARY_ENTRY),
    plugins: [dts({ tsconfig: join(ROOT, 'tsconfig.json') })],
  });
  const { output } = await bundled.generate({ format: 'es' });
  return format(output[0].code, { parser: 'typescript', printWidth: 120, singleQuote: true });
}
