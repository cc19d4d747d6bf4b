/**
 * Makes the published schemas in `schemas/`, and from them `src/document/generated/`: validating code (so that nothing is
 * compiled when a command starts) and types; `src/store/generated/`: the same for the events of a journal; and
 * `src/library/generated/`: types of the documents that the library hands out. Makes the examples of `breakwater explain`
 * too. Nothing that is made here is kept in git.
 */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Ajv2020 } from 'ajv/dist/2020.js';
import standaloneCode from 'ajv/dist/standalone/index.js';
import { build } from 'esbuild';
import { compile } from 'json-schema-to-typescript';
import { bundleSchemas } from './bundle-schemas.ts';
import { describeForTypes } from './describe-for-types.ts';
import type { Described } from './describe-for-types.ts';
import { generateExamples } from './generate-examples.ts';

const ROOT = join(import.meta.dirname, '..');
const OUTPUT = join(ROOT, 'src', 'document', 'generated');
const JOURNAL_OUTPUT = join(ROOT, 'src', 'store', 'generated');
const LIBRARY_OUTPUT = join(ROOT, 'src', 'library', 'generated');

/** Schemas by the name of their file; one that does not exist is left out. */
const SCHEMAS = ['rollout-plan', 'saved-plan', 'settings', 'scenario', 'artifacts'] as const;

/** Keywords that only editors and our own sentences read. */
const ANNOTATIONS = ['patternErrorMessage', 'errorMessage', 'defaultSnippets'];

/** Draft 2020-12 is what yaml-language-server 1.25 serves as fully as draft-07, and it allows words beside a `$ref`. */
type Schema = { readonly $id: string };

/** What the library hands out as values, by the names of their types there. */
const HANDED_OUT = { preview: 'RolloutPreview', status: 'RolloutStatus', 'run-event': 'RunEvent' } as const;

export async function generate(): Promise<void> {
  removeAbandoned();
  bundleSchemas();
  await generateForDocuments();
  await generateForJournal();
  await generateForLibrary();
  generateExamples();
}

/** Git leaves a folder behind in which something was generated: what is in it would be found as unused. */
function removeAbandoned(): void {
  for (const path of readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })) {
    const folder = join(ROOT, 'src', dirname(path));
    if (basename(path) === 'generated' && readdirSync(folder).length === 1)
      rmSync(folder, { recursive: true });
  }
}

async function generateForDocuments(): Promise<void> {
  const schemas = new Map(
    SCHEMAS.filter((name) => existsSync(schemaPath(name))).map((name) => [
      name,
      withoutChoices(JSON.parse(readFileSync(schemaPath(name), 'utf8')) as Schema),
    ]),
  );
  mkdirSync(OUTPUT, { recursive: true });
  const made = new Map<string, string>();
  for (const [name, schema] of schemas) {
    // One a file: whoever reads plans loads no code for scenarios.
    made.set(`validate-${name}.js`, await renderValidator(name, schemas));
    made.set(`validate-${name}.d.ts`, renderValidatorType(name));
    made.set(`${name}.d.ts`, await renderTypes(name, schema));
  }
  for (const [name, text] of made) writeFileSync(join(OUTPUT, name), text);
  // What an earlier revision made here would be found as unused.
  for (const name of readdirSync(OUTPUT)) if (!made.has(name)) rmSync(join(OUTPUT, name));
}

/**
 * Whether a journal's event is made as its type wants: kinds of values, what must be there, and the words of what is one of
 * a few. How long a text may be is left to whoever wrote it, and what a newer release adds is passed over.
 */
async function generateForJournal(): Promise<void> {
  const { $defs } = JSON.parse(readFileSync(schemaPath('journal'), 'utf8')) as { readonly $defs: object };
  const text = JSON.stringify({ $id: 'event', $ref: '#/$defs/event', $defs }, (key, value: unknown) =>
    SHAPELESS.has(key) && typeof value !== 'object' ? undefined : value,
  );
  // What tells choices apart may be what has been left out: it is enough to be one of them. Events are told apart by type.
  const schema = JSON.parse(text.replaceAll('"oneOf":', '"anyOf":')) as {
    readonly $id: string;
    readonly $defs: { readonly event: { readonly anyOf?: unknown; readonly oneOf?: unknown } };
  };
  const { anyOf, ...event } = schema.$defs.event;
  Object.assign(schema.$defs, {
    event: { ...event, oneOf: anyOf, discriminator: { propertyName: 'type' } },
  });
  const ajv = new Ajv2020({
    inlineRefs: false,
    strict: false,
    discriminator: true,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addSchema(schema);
  mkdirSync(JOURNAL_OUTPUT, { recursive: true });
  // It stands in the command and in the library, and nobody steps through it.
  const code = await bundleHelpers(standaloneCode.default(ajv, { validateEvent: schema.$id }), {
    minify: true,
  });
  writeFileSync(join(JOURNAL_OUTPUT, 'validate-event.js'), code);
  writeFileSync(join(JOURNAL_OUTPUT, 'validate-event.d.ts'), EVENT_VALIDATOR_TYPES);
}

const SHAPELESS: ReadonlySet<string> = new Set([
  'title',
  'description',
  'pattern',
  'minLength',
  'maxLength',
  'maximum',
  'minItems',
  'maxItems',
  'minProperties',
  'uniqueItems',
  'unevaluatedProperties',
  'additionalProperties',
]);

const EVENT_VALIDATOR_TYPES = `export declare const validateEvent: ((event: unknown) => boolean) & {
  readonly errors?: readonly { readonly instancePath: string; readonly message?: string }[] | null;
};
`;

async function generateForLibrary(): Promise<void> {
  mkdirSync(LIBRARY_OUTPUT, { recursive: true });
  for (const [name, type] of Object.entries(HANDED_OUT)) {
    const schema = describeForTypes(JSON.parse(readFileSync(schemaPath(name), 'utf8')) as Described);
    const text = await compile(schema as object, type, {
      bannerComment: '',
      ignoreMinAndMaxItems: true,
      additionalProperties: false,
      customName: (part) => (part.$id === schema.$id ? type : undefined),
      format: false,
    });
    writeFileSync(join(LIBRARY_OUTPUT, `${name}.d.ts`), text);
  }
}

function schemaPath(name: string): string {
  return join(ROOT, 'schemas', `${name}.schema.json`);
}

/** `rollout-plan` as `validateRolloutPlan`. */
function validatorName(name: string): string {
  return `validate${pascalCase(name)}`;
}

function pascalCase(name: string): string {
  return name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** A schema may refer to the others. */
async function renderValidator(name: string, schemas: ReadonlyMap<string, Schema>): Promise<string> {
  const ajv = new Ajv2020({
    allErrors: true,
    // A definition that many places refer to is one function, not many copies.
    inlineRefs: false,
    strict: true,
    allowUnionTypes: true,
    // An error then holds the part of the schema that it is about, from which our sentences take their words.
    verbose: true,
    // Our sentences are our own, and code that is not there need not be loaded when a command starts.
    messages: false,
    code: { source: true, esm: true, lines: true },
  });
  ajv.addVocabulary(ANNOTATIONS);
  for (const schema of schemas.values()) ajv.addSchema(withoutProse(schema));
  const { $id = '' } = schemas.get(name) ?? {};
  return bundleHelpers(standaloneCode.default(ajv, { [validatorName(name)]: $id }));
}

/** ajv's own output still calls `require` for its helpers, which plain ESM does not have: they are bundled in. */
async function bundleHelpers(code: string, { minify = false } = {}): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: code, resolveDir: ROOT, loader: 'js' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node20.20',
    write: false,
    minify,
  });
  return outputFiles.map(({ text }) => text).join('');
}

/** The schema without what only editors show. A property may be called as one of these: then it is a schema. */
function withoutProse<Part>(part: Part): Part {
  return JSON.parse(
    JSON.stringify(part, (key, value: unknown) =>
      key === 'defaultSnippets' || (PROSE.has(key) && typeof value !== 'object') ? undefined : value,
    ),
  ) as Part;
}

const PROSE: ReadonlySet<string> = new Set(['title', 'description', 'default']);

/** Types are named for where they stand, not for what an editor calls them. */
function withoutTitles(schema: Schema): Schema {
  const titled = JSON.stringify(schema, (key, value: unknown) =>
    key === 'title' && typeof value !== 'object' ? undefined : value,
  );
  return JSON.parse(titled) as Schema;
}

/** The schema without choices between keys: they are for editors, and our own rules say what is wrong in better words. */
function withoutChoices<Part>(part: Part): Part {
  return JSON.parse(
    JSON.stringify(part, (key, value: unknown) => (CHOICES.has(key) ? undefined : value)),
  ) as Part;
}

const CHOICES: ReadonlySet<string> = new Set(['if', 'then', 'else']);

function renderValidatorType(name: string): string {
  return `import type { SchemaCheck } from '../schema-check.ts';\n\nexport declare const ${validatorName(name)}: SchemaCheck;\n`;
}

async function renderTypes(name: string, schema: Schema): Promise<string> {
  const text = await compile(withoutTitles(schema), `${pascalCase(name)}Document`, {
    bannerComment: '',
    ignoreMinAndMaxItems: true,
    // The type is named for what it is here, and not for its title.
    customName: (part) => (part.$id === schema.$id ? `${pascalCase(name)}Document` : undefined),
    format: false,
  });
  return text;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  await generate();
