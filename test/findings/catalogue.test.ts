import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { DIAGNOSTIC_CODES } from '../../src/findings/catalogue.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import { FIXTURES, listFixtures, loadFixture } from './fixtures.ts';

/** Parts of Breakwater with codes of their own keep their fixtures in a folder of their own: `settings-diagnostics`. */
const ALL = readdirSync(FIXTURES)
  .filter((kind) => kind === 'diagnostics' || kind.endsWith('-diagnostics'))
  .flatMap((kind) => listFixtures(kind));

/** Fixtures that show how a finding looks rather than which code it has. */
const OF_NO_CODE = new Set(['bom-and-crlf', 'excerpt', 'schema']);

describe('every diagnostic looks as its golden text says', () => {
  // The other parts' fixtures are loaded by those parts' own tests.
  test.each(listFixtures('diagnostics'))('$name', async (fixture) => {
    const { diagnostics, sources } = await loadFixture(fixture);
    if (!OF_NO_CODE.has(fixture.code)) {
      expect(diagnostics.map(({ code }) => code as string)).toContain(fixture.code);
    }
    const golden = join(fixture.folder, 'expected.txt');
    // Without this, a golden text that is missing would be written from what was found.
    if (process.env['CREATE_GOLDEN'] !== '1') expect(existsSync(golden)).toBe(true);
    await expect(renderDiagnostics(diagnostics, sources, { colour: false })).toMatchFileSnapshot(golden);
  });
});

test('every code of the catalogue has a fixture', () => {
  const shown = new Set(ALL.map(({ code }) => code));
  expect(DIAGNOSTIC_CODES.filter((code) => !shown.has(code))).toEqual([]);
});
