/** What `breakwater explain` shows of a finding is what is printed of a fixture. */
import { describe, expect, test } from 'vitest';
import { findingRecords } from '../../src/findings/explanations.ts';
import { DIAGNOSTIC_CODES } from '../../src/findings/catalogue.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import { listFixtures, loadFixture } from '../findings/fixtures.ts';
import type { Fixture, Found } from '../findings/fixtures.ts';
import { loadScenarioFixture, loadSettingsFixture } from '../settings/fixtures.ts';

const LOADERS: Readonly<Record<string, (fixture: Fixture) => Found | Promise<Found>>> = {
  diagnostics: loadFixture,
  'settings-diagnostics': loadSettingsFixture,
  'scenario-diagnostics': loadScenarioFixture,
};

type Printed = { readonly code: string; readonly severity: string; readonly text: string };

/** Each finding of each fixture. */
async function printAll(): Promise<readonly Printed[]> {
  const all = Object.entries(LOADERS).flatMap(([kind, load]) =>
    listFixtures(kind).map(async (fixture) => {
      const { diagnostics, sources } = await load(fixture);
      return diagnostics.map((one) => ({
        code: one.code,
        severity: one.severity,
        text: renderDiagnostics([one], sources, { colour: false }),
      }));
    }),
  );
  return (await Promise.all(all)).flat();
}

const ALL = await printAll();

describe('every finding is shown', () => {
  test.each(DIAGNOSTIC_CODES)('%s', (code) => {
    const printed = ALL.filter((one) => one.code === code);
    const record = findingRecords[code];
    expect(record?.severities).toEqual([...new Set(printed.map(({ severity }) => severity))].sort());
    expect(printed.map(({ text }) => text)).toContain(record?.example.printed);
  });
});
