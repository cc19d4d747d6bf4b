/** Where in what the user gave us (a plan, a device file, a settings file, a scenario) something is wrong, and how bad. */

export type Severity = 'error' | 'warning';

/** A file that the user gave us. `path` is as the user would type it from where they stand. */
export type SourceFile = {
  readonly path: string;
  readonly text: string;
  /** What no excerpt of it may show. */
  readonly confidential?: readonly Range[];
};

/** Offsets are UTF-16 units into the file's text; `end` is exclusive. `null` stands for the file as a whole. */
export type Range = { readonly start: number; readonly end: number };

export type Place = { readonly path: string; readonly range: Range | null };

export type RelatedPlace = Place & { readonly label: string };
