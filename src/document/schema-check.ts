/** What a validator that was made from a schema is: the shape of ajv's standalone functions, as far as it is used here. */
export type SchemaCheck = {
  (value: unknown): boolean;
  /** What is wrong in the value of the last call; `null` when nothing is. */
  errors?: readonly SchemaError[] | null;
};

export type SchemaError = {
  readonly keyword: string;
  /** A JSON pointer to the value. */
  readonly instancePath: string;
  /** The key that the error is about, where it is about the name of one. */
  readonly propertyName?: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** The keyword's own value. */
  readonly schema?: unknown;
  /** The schema object that the keyword stands in. */
  readonly parentSchema?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
};
