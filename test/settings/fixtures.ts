/** Fixtures of settings and scenarios, as `test/findings/fixtures.ts` has those of plans. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { resolveSettings } from '../../src/settings/resolve-settings.ts';
import { loadScenario } from '../../src/backend/simulator/load-scenario.ts';
import { createReader } from '../findings/fixtures.ts';
import type { Fixture } from '../findings/fixtures.ts';

/**
 * Seen from the fixture's own folder, as one who stands there would see it; the plan need not exist. A variant `.unused` is
 * for a command that uses no record.
 */
export function loadSettingsFixture({ folder, name }: Fixture) {
  return resolveSettings({
    planPath: join(folder, 'plan.yaml'),
    allowOutside: false,
    cwd: folder,
    env: readEnvironment(folder),
    flags: { state: null, progress: null },
    uses: { record: !name.endsWith('.unused'), api: true },
  });
}

function readEnvironment(folder: string): Readonly<Record<string, string>> {
  const path = join(folder, 'env.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

export function loadScenarioFixture({ folder }: Fixture) {
  return loadScenario('scenario.yaml', createReader(folder, {}));
}
