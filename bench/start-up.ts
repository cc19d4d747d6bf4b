/**
 * What starting the built command costs, beside `node -e 0`, on every release of Node.js that it is promised for:
 * `npm run build && npx tsx bench/start-up.ts`. `scripts/install-test-tools.sh` fetches the releases.
 *
 * The two are started in turn, so that whatever else the machine does falls on both. Figures are medians.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { sayTable } from '../test/campaigns/kit/figures.ts';
import { COMMAND, ROOT } from '../test/kit/command.ts';
import { nodeFolder, NODES } from '../test/kit/nodes.ts';

const ROUNDS = 31;
const PLAN = join(ROOT, 'examples/device-files/rollout.yaml');

/** Where compiled code is kept, so that the first round fills it. */
const home = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));

try {
  const rows = [];
  for (const release of NODES) {
    const node = join(nodeFolder(release), 'node');
    const [bare, validate]: [number[], number[]] = [[], []];
    for (let round = 0; round <= ROUNDS; round++) {
      const first = await timeOf(node, ['-e', '0']);
      const second = await timeOf(node, [COMMAND, 'validate', PLAN]);
      if (round === 0) continue;
      bare.push(first);
      validate.push(second);
    }
    const [least, whole] = [medianOf(bare), medianOf(validate)];
    rows.push([release, `${least.toFixed(1)} ms`, `${whole.toFixed(1)} ms`, (whole / least).toFixed(2)]);
  }
  sayTable(['Node.js', 'node -e 0', 'breakwater validate', 'ratio'], rows);
} finally {
  rmSync(home, { recursive: true });
}

async function timeOf(node: string, args: readonly string[]): Promise<number> {
  const startedAt = performance.now();
  await execa(node, args, { extendEnv: false, env: { HOME: home } });
  return performance.now() - startedAt;
}

function medianOf(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[Math.floor(figures.length / 2)] ?? NaN;
}
