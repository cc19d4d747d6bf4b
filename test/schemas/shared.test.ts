/** What several schemas define alike is defined once, in `schemas/source/shared.json`. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';

type Definitions = Readonly<Record<string, unknown>>;
type Source = { readonly name: string; readonly text: string; readonly $defs: Definitions };

const FOLDER = join(ROOT, 'schemas', 'source');

const SOURCES: readonly Source[] = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(join(FOLDER, name), 'utf8');
  const { $defs = {} } = JSON.parse(text) as { readonly $defs?: Definitions };
  return { name, text, $defs };
});

describe.each(SOURCES)('the source $name', ({ name, text, $defs }) => {
  const others = SOURCES.filter((one) => one.name !== name);

  test('says where each definition is that it refers to', () => {
    const own = [...text.matchAll(/"#\/\$defs\/([^"/]+)/g)].map(([, defined = '']) => defined);
    expect(own.filter((defined) => !(defined in $defs))).toEqual([]);
  });

  test('repeats no definition of another', () => {
    for (const [defined, part] of Object.entries($defs))
      for (const other of others)
        expect({ in: other.name, [defined]: other.$defs[defined] }).not.toEqual({
          in: other.name,
          [defined]: part,
        });
  });
});

test('what is shared is used by more than one', () => {
  const { $defs = {} } = SOURCES.find(({ name }) => name === 'shared.json') ?? {};
  const published = readdirSync(join(ROOT, 'schemas'))
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(ROOT, 'schemas', name), 'utf8'));
  const users = (name: string) => published.filter((text) => text.includes(`"#/$defs/${name}"`));
  expect(Object.keys($defs).filter((name) => users(name).length < 2)).toEqual([]);
});
