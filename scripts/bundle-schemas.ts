/**
 * Makes the published schemas in `schemas/`, each complete by itself, from those in `schemas/source/`. What several of these
 * define alike is in `shared.json` there, and they refer to it as `shared.json#/$defs/NAME`.
 */
import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SCHEMAS = join(import.meta.dirname, '..', 'schemas');
const SOURCE = join(SCHEMAS, 'source');
const SHARED = 'shared.json';

type Definitions = Readonly<Record<string, unknown>>;
type Schema = { readonly $defs?: Definitions };

export function bundleSchemas(): void {
  const { $defs: shared = {} } = JSON.parse(readSource(SHARED)) as Schema;
  const names = readdirSync(SOURCE).filter((name) => name !== SHARED);
  for (const name of names) {
    const schema = bundleSchema(readSource(name), shared);
    writeFileSync(join(SCHEMAS, name), `${JSON.stringify(schema, null, 2)}\n`);
  }
  // What an earlier revision made here would be published.
  for (const name of readdirSync(SCHEMAS))
    if (name.endsWith('.json') && !names.includes(name)) rmSync(join(SCHEMAS, name));
}

function readSource(name: string): string {
  return readFileSync(join(SOURCE, name), 'utf8');
}

/** Where the schema defines the same name as a shared definition, its own is used, also by what is shared. */
function bundleSchema(text: string, shared: Definitions): Schema {
  const schema = JSON.parse(text.replaceAll(`"${SHARED}#/`, '"#/')) as Schema;
  const $defs: Record<string, unknown> = { ...schema.$defs };
  const addWhatIsReferredTo = (part: unknown): void => {
    for (const name of listReferences(part)) {
      if (name in $defs) continue;
      if (!(name in shared)) throw new Error(`${SHARED} does not define \`${name}\``);
      $defs[name] = shared[name];
      addWhatIsReferredTo(shared[name]);
    }
  };
  addWhatIsReferredTo(schema);
  return Object.keys($defs).length === 0 ? schema : { ...schema, $defs };
}

/** The names of the definitions; a reference may be to a part of one. */
function listReferences(part: unknown): readonly string[] {
  return [...JSON.stringify(part).matchAll(/"\$ref":"#\/\$defs\/([^"/]+)/g)].map(([, name = '']) => name);
}
