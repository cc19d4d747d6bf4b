/** A plan file, written whole or not at all. */
import { randomUUID } from 'node:crypto';
import { linkSync, renameSync, rmSync } from 'node:fs';
import { withFile, writeWhole } from '../../../store/file/files.ts';

/** `false`: there is such a file already, and it was left as it is. Throws as the file system does. */
export function writePlan(
  path: string,
  text: string,
  { overwrites }: { readonly overwrites: boolean },
): boolean {
  const draft = `${path}.${randomUUID()}`;
  try {
    withFile(draft, 'wx', (file) => {
      writeWhole(file, Buffer.from(text));
    });
    if (overwrites) renameSync(draft, path);
    // Unlike a rename, a link never takes the place of another file, also not of one that has just come.
    else linkSync(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}
