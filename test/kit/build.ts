import { execa } from 'execa';
import { join } from 'node:path';

/** Builds `dist/` once before the tests, so that what they start is what the sources say. */
export async function setup(): Promise<void> {
  await execa('npm', ['run', 'build'], { cwd: join(import.meta.dirname, '../..') });
}
