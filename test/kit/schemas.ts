import { Ajv2020 } from 'ajv/dist/2020.js';
import type { ValidateFunction } from 'ajv';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';

/** A published schema, as the build made it. */
export function readSchema(name: string): object {
  const path = join(import.meta.dirname, '..', '..', 'schemas', `${name}.schema.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}

export function compileSchema(name: string): ValidateFunction {
  const options = { allErrors: true, strict: true, allowUnionTypes: true, strictRequired: false } as const;
  return new Ajv2020(options).compile(readSchema(name));
}

export function expectValid(validate: ValidateFunction, documents: readonly unknown[]): void {
  for (const document of documents) {
    validate(document);
    expect({ document, errors: validate.errors ?? [] }).toEqual({ document, errors: [] });
  }
}
