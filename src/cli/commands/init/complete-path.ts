/** What a tab makes of the beginning of a path. */
import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { printable } from '../../../base/text.ts';

/** As readline wants it: what `line` may become, and the part of it that they replace. */
export function completePath(line: string, cwd: string): [string[], string] {
  const folder = line.slice(0, line.lastIndexOf('/') + 1);
  try {
    const found = readdirSync(resolve(cwd, folder), { withFileTypes: true })
      .map((entry) => `${folder}${entry.name}${entry.isDirectory() ? '/' : ''}`)
      .filter((path) => path.startsWith(line) && printable(path) === path);
    return [
      found.filter((path) => line !== folder || !path.slice(folder.length).startsWith('.')).sort(),
      line,
    ];
  } catch {
    // There is no such folder, or it may not be read: then there is nothing to offer.
    return [[], line];
  }
}
