/** The bill of materials in the package. */
import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';

type Component = {
  readonly group?: string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly unknown[];
};

const text = readFileSync(join(ROOT, 'dist/bom.cdx.json'), 'utf8');
const bom = JSON.parse(text) as {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
};

function readSchema(name: string): object {
  const library = createRequire(import.meta.url).resolve('@cyclonedx/cyclonedx-library/package.json');
  const path = join(dirname(library), 'res/schema', `${name}.SNAPSHOT.schema.json`);
  return JSON.parse(readFileSync(path, 'utf8')) as object;
}

describe('the bill of materials', () => {
  test('is CycloneDX', () => {
    const ajv = new Ajv({ strict: false, validateFormats: false });
    for (const name of ['spdx', 'jsf-0.82', 'cryptography-defs'])
      ajv.addSchema(readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
    const validate = ajv.compile(readSchema('bom-1.6'));
    validate(bom);
    expect(validate.errors ?? []).toEqual([]);
  });

  test('lists what is bundled, each with its licence and its URL, and nothing else', () => {
    const bundled = readFileSync(join(ROOT, 'dist/THIRD-PARTY-LICENSES.txt'), 'utf8').matchAll(
      /(?:^|\n-{80}\n\n)(\S+) (\S+) \(/g,
    );
    const expected = new Set([...bundled].map(([, name, version]) => `${name} ${version}`));
    const listed = bom.components.map(
      ({ group, name, version }) => `${group === undefined ? '' : `${group}/`}${name} ${version}`,
    );
    expect(expected.size).toBeGreaterThan(20);
    expect(new Set(listed)).toEqual(expected);
    expect(listed).toHaveLength(expected.size);
    for (const { purl, name, version, licenses } of bom.components) {
      expect(purl).toMatch(/^pkg:npm\/(?:%40[^/]+\/)?[^/@]+@/);
      expect(purl.endsWith(`${name}@${version}`)).toBe(true);
      expect(licenses).toHaveLength(1);
    }
  });

  test('is of this release, and tells no time and no number of its own', () => {
    const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    expect(bom.metadata.component).toMatchObject({ name: 'breakwater', version });
    expect(bom).not.toHaveProperty('serialNumber');
    expect(bom.metadata).not.toHaveProperty('timestamp');
  });
});
