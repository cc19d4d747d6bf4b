import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseRolloutName } from '../../src/plan/identifiers.ts';
import { encodeEvents, encodeHeader, EVENT_TYPES } from '../../src/store/line-codec.ts';
import { present } from '../../src/base/assert.ts';
import { compileSchema, expectValid, readSchema } from '../kit/schemas.ts';
import { everyEvent } from '../views/every-event.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const JOURNALS = join(ROOT, 'test', 'fixtures', 'journals', 'v1');

const schema = readSchema('journal') as {
  readonly $defs: {
    readonly event: {
      readonly oneOf: readonly { readonly properties: { readonly type: { readonly const: string } } }[];
    };
  };
};
const validate = compileSchema('journal');

type Line = Readonly<Record<string, unknown>>;

function linesOf(text: string): readonly Line[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

describe('a line of a journal', () => {
  const header = encodeHeader(present(parseRolloutName('kiosk'), 'a name'));
  const [first, ...rest] = linesOf(
    header.text +
      encodeEvents(
        everyEvent().map(({ event }) => event),
        header.sum,
      ).text,
  );

  test('is as the schema says, for the header and every event', () => {
    expectValid(validate, [present(first, 'the header'), ...rest]);
  });

  test('has a type that the schema knows, and the schema knows no other', () => {
    const told = schema.$defs.event.oneOf.map(({ properties }) => properties.type.const);
    expect([...EVENT_TYPES].sort()).toEqual([...told].sort());
    expect(new Set(rest.map(({ type }) => type))).toEqual(EVENT_TYPES);
  });

  test.each(readdirSync(JOURNALS))('of the first format is as the schema says: %s', (name) => {
    expectValid(validate, linesOf(readFileSync(join(JOURNALS, name, 'journal.jsonl'), 'utf8')));
  });

  test.each([
    ['an unknown type', { type: 'wave-flown' }],
    ['a property too many', { surplus: 1 }],
    ['a time that is text', { at: '2026-01-05T08:00:00.000Z' }],
    ['a sum that is none', { sum: 'abc' }],
    ['no number', { seq: undefined }],
  ])('with %s is not as the schema says', (_, change) => {
    for (const line of rest) {
      const changed = JSON.parse(JSON.stringify({ ...line, ...change })) as Line;
      expect({ changed, isValid: validate(changed) }).toEqual({ changed, isValid: false });
    }
  });
});
