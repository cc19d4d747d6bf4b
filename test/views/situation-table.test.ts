/** That every list of situations which the compiler does not see has all of them. */
import { expect, test } from 'vitest';
import { EXIT } from '../../src/views/tables/outcomes.ts';
import { renderReportJson } from '../../src/views/report/render-json.ts';
import { situationOf } from '../../src/views/tables/situation.ts';
import { SITUATION_TABLE } from '../../src/views/tables/situation-table.ts';
import { describeStatus } from '../../src/views/status/status-json.ts';
import { readSchema } from '../kit/schemas.ts';
import { REPORTED } from './reported.ts';
import { ORDERED, SITUATIONS } from './situations.ts';

/** Only a run itself knows that it has lost its hold, so no record tells that. */
const { lost, ...ON_RECORD } = SITUATION_TABLE;

type StatusWords = { readonly properties: { readonly status: { readonly enum: readonly string[] } } };

test.each(['status', 'report'])('the schema %s knows every situation', (name) => {
  const { status } = (readSchema(name) as StatusWords).properties;
  expect(status.enum.toSorted()).toEqual(Object.keys(ON_RECORD).toSorted());
});

type ExitCodes = {
  readonly properties: {
    readonly exit: {
      readonly oneOf: readonly [
        { readonly properties: { readonly code: { readonly enum: readonly number[] } } },
      ];
    };
  };
};

test('the schema report knows every code that a run can end with', () => {
  const [exit] = (readSchema('report') as ExitCodes).properties.exit.oneOf;
  const outcomes = Object.values(ON_RECORD).flatMap(({ outcome }) => outcome ?? []);
  expect(exit.properties.code.enum).toEqual(
    [...new Set(outcomes.map((outcome) => EXIT[outcome]))].toSorted(),
  );
  expect(lost.outcome).toBe('held');
});

test('the golden files show every situation', () => {
  const shown = Object.values({ ...SITUATIONS, ...ORDERED }).map(
    (told) => situationOf(told.state, told).kind,
  );
  expect([...new Set(shown)].toSorted()).toEqual(Object.keys(SITUATION_TABLE).toSorted());
});

test('a status names a halt as a report does', () => {
  const halted = Object.values(REPORTED).filter(({ record: { state } }) => 'cause' in state.phase);
  expect(halted).not.toEqual([]);
  for (const entry of halted) {
    const { halts } = JSON.parse([...renderReportJson(entry)].join('')) as {
      readonly halts: readonly Readonly<Record<string, unknown>>[];
    };
    const { wentOn, ...halt } = halts.at(-1) ?? {};
    expect(wentOn).toBe(null);
    expect(describeStatus({ state: entry.record.state, isHeld: false }).halt).toMatchObject(halt);
  }
});
