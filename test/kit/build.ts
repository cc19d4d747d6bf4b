import { execa } from 'execa';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { generate } from '../../scripts/generate.ts';
import { generatePage } from '../../scripts/generate-page.ts';

/**
 * Makes once what the tests run: unit tests import the sources, all others start what is in `dist/`. `SKIP_BUILD=1` is for
 * whoever has just built it.
 */
export async function setup({ vitest }: TestProject): Promise<void> {
  if (process.env['SKIP_BUILD'] === '1') return;
  if (vitest.projects.some(({ name }) => name !== 'unit')) {
    await execa('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '../..') });
    return;
  }
  await generate();
  await generatePage();
}
