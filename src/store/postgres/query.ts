export type Query = (text: string, values?: readonly Value[]) => Promise<readonly Row[]>;

/** As the statement names its columns. What they hold is for whoever wrote the statement to know. */
export type Row = Readonly<Record<string, unknown>>;

export type Value = string | number | null | readonly string[];
