/** No line of a summary, of a report or of the list of rollouts is wider than the terminal, whatever it has to tell. */
import fc, { runs } from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { renderReportText } from '../../src/views/report/render-text.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import type { StatusEntry } from '../../src/views/tables/situation.ts';
import { renderStatusList } from '../../src/views/status/status.ts';
import { renderSummary } from '../../src/views/summary/summary.ts';
import { displayWidth } from '../../src/base/columns.ts';
import { fold } from '../../src/rollout/apply.ts';
import { ANY_COLUMNS, anyText, linesTooWide } from '../kit/line-widths.ts';
import { poison } from '../hostile/poison.ts';
import { everyStory } from './every-event.ts';
import { randomRollouts } from './random-rollouts.ts';
import { entryOf, REPORTED } from './reported.ts';
import { LOOKED_AT_MS, ORDERED, SITUATIONS } from './situations.ts';
import { COMMANDS } from './told.ts';

/** On a terminal that is narrower, a summary and a report are as wide as this. */
const COLUMNS_MIN = 40;

type Terminal = { readonly columns: number; readonly colour: boolean };

const terminals: fc.Arbitrary<Terminal> = fc.record({ columns: ANY_COLUMNS, colour: fc.boolean() });

function expectSummaryFits(told: StatusEntry, { columns, colour }: Terminal): void {
  const now = told.state.updatedAt + LOOKED_AT_MS;
  const text = renderSummary(told.state, { ...told, columns, colour, now, commands: COMMANDS });
  expect(linesTooWide(text, Math.max(COLUMNS_MIN, columns))).toEqual([]);
}

function expectReportFits(entry: ReportEntry, { columns, colour }: Terminal): void {
  const now = entry.record.state.updatedAt + LOOKED_AT_MS;
  const text = renderReportText(entry, { columns, colour, now, commands: COMMANDS });
  expect(linesTooWide(text, Math.max(COLUMNS_MIN, columns))).toEqual([]);
}

function expectListFits(entries: readonly StatusEntry[], { columns, colour }: Terminal): void {
  const text = renderStatusList(entries, { now: Date.UTC(2026, 0, 5, 9), columns, colour });
  // Its lines are cut, and not broken.
  expect(text.split('\n').filter((line) => displayWidth(line) > columns)).toEqual([]);
}

const ALL = { ...SITUATIONS, ...ORDERED };

describe('no line is wider than the terminal', () => {
  test.each(Object.entries(ALL))('in the summary of a rollout that is %s', (_, told) => {
    fc.assert(
      fc.property(terminals, (terminal) => {
        expectSummaryFits(told, terminal);
      }),
    );
  });

  test.each(Object.entries(REPORTED))('in the report of a rollout that is %s', (_, entry) => {
    fc.assert(
      fc.property(terminals, (terminal) => {
        expectReportFits(entry, terminal);
      }),
    );
  });

  test('in the list of rollouts', () => {
    fc.assert(
      fc.property(terminals, (terminal) => {
        expectListFits(Object.values(ALL), terminal);
      }),
    );
  });

  test('whatever the names are, and whatever anybody says', () => {
    fc.assert(
      fc.property(fc.constantFrom(...everyStory()), anyText, terminals, (story, text, terminal) => {
        const events = poison(story, text);
        const told = { state: present(fold(events), 'a state'), isHeld: false };
        expectSummaryFits(told, terminal);
        expectReportFits(entryOf({ events }), terminal);
        expectListFits([told], terminal);
      }),
      { numRuns: runs(300) },
    );
  });

  test('whatever has happened', () => {
    fc.assert(
      fc.property(randomRollouts, terminals, (told, terminal) => {
        expectSummaryFits({ state: told.state, isHeld: false }, terminal);
        expectReportFits(entryOf(told), terminal);
      }),
    );
  });
});
