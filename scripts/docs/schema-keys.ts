/** The keys that a schema describes, for a table. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './documents.ts';

/** As it is published, with all that it refers to within itself. */
export type Schema = {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly description?: string;
  readonly default?: string | number | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly required?: readonly string[];
};

/** `key`: from the root of the document, `waves[].batch.size`. `unlessGiven`: the default, `null` where there is none. */
export type KeyRow = {
  readonly key: string;
  readonly description: string;
  readonly unlessGiven: string | null;
};

export function readSchema(name: string): Schema {
  return JSON.parse(readFileSync(join(ROOT, `schemas/${name}.schema.json`), 'utf8')) as Schema;
}

export function listKeys(schema: Schema): readonly KeyRow[] {
  const resolve = (part: Schema): Schema => {
    const [, name = ''] = /^#\/\$defs\/(.+)$/.exec(part.$ref ?? '') ?? [];
    const target = schema.$defs?.[name];
    return target === undefined ? part : { ...resolve(target), ...part };
  };
  const within = (part: Schema, before: string): readonly KeyRow[] =>
    Object.entries(part.properties ?? {})
      .filter(([name]) => name !== '$schema')
      .flatMap(([name, value]) => {
        const key = `${before}${name}`;
        const resolved = resolve(value);
        const items = resolved.items === undefined ? null : resolve(resolved.items);
        const { description = '', default: unlessGiven } = resolved;
        const isRequired = part.required?.includes(name) === true;
        return [
          {
            key,
            description: `${isRequired ? 'Required. ' : ''}${description}`,
            unlessGiven: unlessGiven === undefined ? null : String(unlessGiven),
          },
          ...within(resolved, `${key}.`),
          ...(items === null ? [] : within(items, `${key}[].`)),
        ];
      });
  return within(schema, '');
}
