/** What the user names to `diff`: a plan's path, or a revision in git and the path there. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { RevisionPath } from '../../../host/git/read-revision.ts';

export type Side =
  | { readonly kind: 'path'; readonly path: string }
  | ({ readonly kind: 'revision' } & RevisionPath)
  /** It cannot be either. */
  | { readonly kind: 'wrong'; readonly message: string };

/** With a colon it is `REV:PATH`, unless it begins as a path does or is the name of a file. */
export function parseSide(text: string, cwd: string): Side {
  const colon = findColon(text);
  if (colon < 0 || /^[./]/.test(text) || existsSync(resolve(cwd, text))) return { kind: 'path', path: text };
  const [revision, path] = [text.slice(0, colon), text.slice(colon + 1)];
  if (revision === '') return refuse(text, 'names no revision');
  if (revision.startsWith('-')) return refuse(text, 'is no revision: none begins with `-`');
  if (path === '') return refuse(text, 'names no file');
  return { kind: 'revision', revision, path };
}

function refuse(text: string, why: string): Side {
  return { kind: 'wrong', message: `${text} ${why}; write REV:PATH, such as HEAD:rollout.yaml` };
}

/** The first that is not within braces: `main@{2026-01-31 10:00}:rollout.yaml`. */
function findColon(text: string): number {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    const character = text[index];
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    if (character === ':' && depth === 0) return index;
  }
  return -1;
}
