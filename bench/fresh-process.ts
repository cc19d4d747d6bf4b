/** Measurements in processes of their own, where nothing is warm and nothing is left over. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'esbuild';

export type Figure = { readonly ms: number; readonly peakKb: number };

/** The script of this folder as the command is: bundled, so that nothing is translated while time is taken. */
export async function bundleChild(name: string, folder: string): Promise<string> {
  const outfile = join(folder, 'child.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, name)],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.20',
    banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
  });
  return outfile;
}

/** Where `NODE_EXTRA_CA_CERTS` is set, every process takes some 70 ms longer, which has nothing to do with Breakwater. */
export function runNode(args: readonly string[], folder: string): string {
  const env = { ...process.env };
  delete env['NODE_EXTRA_CA_CERTS'];
  return execFileSync(process.execPath, args, { cwd: folder, env, encoding: 'utf8' });
}

export function median(figures: readonly Figure[]): Figure {
  const middle = (pick: (figure: Figure) => number): number =>
    figures.map(pick).toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
  return { ms: middle(({ ms }) => ms), peakKb: middle(({ peakKb }) => peakKb) };
}
