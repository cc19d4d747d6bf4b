import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/diagnostics/render-text.ts';
import { resolveSettings } from '../../src/settings/resolve-settings.ts';
import { loadScenario } from '../../src/simulator/load-scenario.ts';
import { createReader, listFixtures } from '../diagnostics/fixtures.ts';
import type { Fixture, Found } from '../diagnostics/fixtures.ts';

describe('what is wrong in settings is told as its golden text says', () => {
  test.each(listFixtures('settings-diagnostics'))('$name', async (fixture) => {
    const envPath = join(fixture.folder, 'env.json');
    const env = existsSync(envPath)
      ? (JSON.parse(readFileSync(envPath, 'utf8')) as Record<string, string>)
      : {};
    // Seen from the fixture's own folder, as one who stands there would see it; the plan need not exist.
    const { settings, ...found } = await resolveSettings({
      planPath: join(fixture.folder, 'plan.yaml'),
      allowOutside: false,
      cwd: fixture.folder,
      env,
      flags: { state: null, progress: null },
    });
    expect(settings).toBeNull();
    await expectGolden(fixture, found);
  });
});

describe('what is wrong in a scenario is told as its golden text says', () => {
  test.each(listFixtures('scenario-diagnostics'))('$name', async (fixture) => {
    const { scenario, ...found } = loadScenario('scenario.yaml', createReader(fixture.folder, {}));
    expect(scenario).toBeNull();
    await expectGolden(fixture, found);
  });
});

async function expectGolden({ folder, code }: Fixture, { diagnostics, sources }: Found): Promise<void> {
  expect(diagnostics.map((diagnostic) => diagnostic.code as string)).toContain(code);
  const golden = join(folder, 'expected.txt');
  // Without this, a golden text that is missing would be written from what was found.
  if (process.env['CREATE_GOLDEN'] !== '1') expect(existsSync(golden)).toBe(true);
  await expect(renderDiagnostics(diagnostics, sources, { colour: false })).toMatchFileSnapshot(golden);
}
