/** Where an editor finds the schema of a plan that is in a folder. */
import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { foldersUpwards } from '../../../files/repository.ts';

const PLACES = [
  'rollout-plan.schema.json',
  'schemas/rollout-plan.schema.json',
  'node_modules/breakwater/schemas/rollout-plan.schema.json',
];

/** Relative to `folder`, which is absolute; `null` where neither the repository nor a package in it holds one. */
export function findSchema(folder: string): string | null {
  const found = foldersUpwards(folder)
    .flatMap((upper) => PLACES.map((place) => join(upper, place)))
    .find((path) => existsSync(path));
  if (found === undefined) return null;
  const path = relative(folder, found);
  return path.startsWith('..') ? path : `./${path}`;
}
