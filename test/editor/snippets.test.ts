/** What editors offer to put in as a whole, `defaultSnippets`, is what the schema allows, and has a label of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ROOT } from '../kit/command.ts';

type Schema = { readonly [key: string]: unknown };

type Snippet = { readonly label: string; readonly description: string; readonly body: unknown };

function read(name: string): Schema {
  return JSON.parse(readFileSync(join(ROOT, 'schemas', `${name}.schema.json`), 'utf8')) as Schema;
}

type Offered = { readonly pointer: string; readonly isList: boolean; readonly snippet: Snippet };

/** Each snippet below `part`, with the pointer to the schema that offers it. */
function listSnippets(part: unknown, pointer = ''): readonly Offered[] {
  if (typeof part !== 'object' || part === null) return [];
  const { defaultSnippets = [], type } = part as Schema;
  return [
    ...(defaultSnippets as readonly Snippet[]).map((snippet) => ({
      pointer,
      isList: type === 'array',
      snippet,
    })),
    ...Object.entries(part)
      .filter(([key]) => key !== 'defaultSnippets')
      .flatMap(([key, below]) => listSnippets(below, `${pointer}/${key}`)),
  ];
}

/** As the editor puts it in, where nothing is typed over it. */
function fill(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(fill);
  if (typeof body === 'object' && body !== null)
    return Object.fromEntries(Object.entries(body).map(([key, value]) => [String(fill(key)), fill(value)]));
  return typeof body === 'string' ? parse(body.replace(/\$\{\d+:([^}]*)\}/g, '$1')) : body;
}

describe.each(['rollout-plan', 'settings', 'scenario'])('the snippets of %s', (name) => {
  const schema = read(name);
  const snippets = listSnippets(schema);

  test.each(snippets)('$pointer: $snippet.label', ({ pointer, isList, snippet }) => {
    const ajv = new Ajv2020({ allowUnionTypes: true });
    ajv.addVocabulary(['patternErrorMessage', 'errorMessage', 'defaultSnippets']);
    ajv.addSchema(schema);
    const validate = ajv.compile({ $ref: `${String(schema['$id'])}#${pointer}` });
    // A list is offered its first entry.
    const filled = isList ? [fill(snippet.body)] : fill(snippet.body);
    expect([filled, validate(filled), validate.errors]).toEqual([filled, true, null]);
    expect(snippet.label).toMatch(/^[a-z][\w ,]+$/i);
    expect(snippet.description).toMatch(/^[A-Z`].+\.$/);
  });

  test('stand where an example would be a mapping, which editors have no name for', () => {
    const nameless = (part: unknown): boolean =>
      typeof part === 'object' &&
      part !== null &&
      ((part as Schema)['examples'] as readonly unknown[] | undefined)?.some((one) =>
        JSON.stringify(one).includes('{'),
      ) === true;
    const found: string[] = [];
    JSON.stringify(schema, (key, value: unknown) => {
      if (nameless(value)) found.push(key);
      return value;
    });
    expect(found).toEqual([]);
    expect(snippets.length).toBeGreaterThan(0);
  });
});
