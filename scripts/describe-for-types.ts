/**
 * A schema as its types are best made from: what stands beside a choice is in each of its branches, so that the branches
 * are told apart by what they say; and what is defined once becomes one type, however it is described where it is used.
 */
type Properties = Readonly<Record<string, unknown>>;

export type Described = {
  readonly $id: string;
  readonly properties: Properties;
  readonly required: readonly string[];
  readonly oneOf?: readonly { readonly properties: Properties; readonly required: readonly string[] }[];
  readonly $defs?: Readonly<Record<string, { readonly type?: string }>>;
};

export function describeForTypes(schema: Described): Described {
  const { oneOf, properties, required, ...rest } = schema;
  const branches = oneOf?.map((branch) => ({
    ...branch,
    type: 'object',
    properties: { ...properties, ...withoutAnything(branch.properties) },
    required: [...new Set([...required, ...branch.required])],
  }));
  const whole = branches === undefined ? schema : { ...rest, oneOf: branches };
  return JSON.parse(
    JSON.stringify(whole, (_, part: unknown) => (isReference(part) ? resolve(part, schema) : part)),
  ) as Described;
}

/** `true` only allows what the schema says of it elsewhere. */
function withoutAnything(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, said]) => said !== true));
}

type Reference = { readonly $ref: string };

function isReference(part: unknown): part is Reference {
  return typeof part === 'object' && part !== null && '$ref' in part && typeof part.$ref === 'string';
}

/** A text is as it is described where it is used; anything with parts is its own type, described once. */
function resolve({ $ref, ...described }: Reference, { $defs = {} }: Described): unknown {
  const defined = $defs[$ref.replace('#/$defs/', '')];
  return defined?.type === 'string' ? { ...defined, ...described } : { $ref };
}
