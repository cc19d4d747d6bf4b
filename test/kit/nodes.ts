import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { present } from '../../src/base/assert.ts';
import { ROOT } from './command.ts';

/** The releases that Breakwater is promised to run on, as `scripts/install-test-tools.sh` has fetched them. */
export const NODES = ['20', '22', '24'] as const;

/** The folder of that release's `node`, to stand first on the PATH. */
export function nodeFolder(release: (typeof NODES)[number]): string {
  const cache = join(ROOT, 'node_modules/.cache');
  const folder = readdirSync(cache).find((name) => name.startsWith(`node-${release}.`));
  const what = `Node.js ${release}, which scripts/install-test-tools.sh fetches,`;
  return join(cache, present(folder, what), 'node_modules/node/bin');
}
