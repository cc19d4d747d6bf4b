import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import { listFixtures } from '../findings/fixtures.ts';
import type { Fixture, Found } from '../findings/fixtures.ts';
import { loadScenarioFixture, loadSettingsFixture } from './fixtures.ts';

describe('what is wrong in settings is told as its golden text says', () => {
  test.each(listFixtures('settings-diagnostics'))('$name', async (fixture) => {
    const { settings, ...found } = await loadSettingsFixture(fixture);
    const hasError = found.diagnostics.some(({ severity }) => severity === 'error');
    expect(settings === null).toBe(hasError);
    expect(hasError).toBe(!fixture.name.endsWith('.unused'));
    await expectGolden(fixture, found);
  });
});

describe('what is wrong in a scenario is told as its golden text says', () => {
  test.each(listFixtures('scenario-diagnostics'))('$name', async (fixture) => {
    const { scenario, ...found } = loadScenarioFixture(fixture);
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
