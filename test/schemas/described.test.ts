import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';
import { readSchema } from '../kit/schemas.ts';

const SCHEMAS = readdirSync(join(ROOT, 'schemas'))
  .filter((file) => file.endsWith('.schema.json'))
  .map((file) => file.replace('.schema.json', ''));

type Part = Readonly<Record<string, unknown>>;
type Found = { readonly place: string; readonly part: Part; readonly owner: Part };

function isPart(value: unknown): value is Part {
  return typeof value === 'object' && value !== null;
}

/** Every property that a schema speaks of, wherever it stands, with the mapping that has it. */
function listProperties(part: Part, place = ''): readonly Found[] {
  return Object.entries(part).flatMap(([key, value]) => {
    if (!isPart(value)) return [];
    const here = `${place}/${key}`;
    const own =
      key === 'properties'
        ? Object.entries(value).flatMap(([name, property]) =>
            isPart(property) ? [{ place: `${here}/${name}`, part: property, owner: part }] : [],
          )
        : [];
    return [...own, ...listProperties(value, here)];
  });
}

/** What it says of itself, or what it refers to says. */
function descriptionOf(part: Part, schema: Part): string | null {
  const { description, $ref } = part;
  if (typeof description === 'string') return description;
  if (typeof $ref !== 'string') return null;
  const target = $ref
    .split('/')
    .slice(1)
    .reduce<unknown>((at, key) => (isPart(at) ? at[key] : null), schema);
  return isPart(target) ? descriptionOf(target, schema) : null;
}

/** The word by which an alternative is told from the others: the alternative itself is described. */
function isMarker({ part, owner }: Found): boolean {
  return 'const' in part && ('description' in owner || 'title' in owner);
}

describe.each(SCHEMAS)('in the schema %s', (name) => {
  const schema = readSchema(name) as Part;
  const properties = listProperties(schema);

  test('every property is described', () => {
    expect(properties.length).toBeGreaterThan(2);
    const without = properties.filter(
      (found) => descriptionOf(found.part, schema) === null && !isMarker(found),
    );
    expect(without.map(({ place }) => place)).toEqual([]);
  });

  test('a description is whole sentences', () => {
    for (const { place, part } of properties) {
      // Tables may follow.
      const [text] = (descriptionOf(part, schema) ?? 'A marker.').split('\n\n');
      expect({ place, text }).toEqual({ place, text: expect.stringMatching(/^[A-Z0-9`].*\.\)?$/) as string });
    }
  });

  test('what is counted in milliseconds says so', () => {
    const times = properties.filter(({ place }) => place.endsWith('Ms'));
    for (const { place, part } of times)
      expect({ place, text: descriptionOf(part, schema) }).toEqual({
        place,
        text: expect.stringMatching(/milliseconds/i) as string,
      });
  });
});
