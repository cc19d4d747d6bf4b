/** What is wrong in what a user wrote, for a program to show. */
import type { Severity } from '../findings/source-place.ts';

/** Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. All four are `null` for a whole file. */
export type FindingPlace = {
  /** As it was given; a device file's as the plan names it, from the plan's folder. */
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
};

/** One thing that is wrong with a plan or a scenario, or that deserves a second look. */
export type Finding = FindingPlace & {
  /** Stable: tell findings apart by it. */
  readonly code: string;
  /** A plan with an error cannot be used; with a warning it can. */
  readonly severity: Severity;
  /** What is wrong, for a person. Its wording may change at any time. */
  readonly message: string;
  /** What to write instead; `null` where there is nothing to say. */
  readonly help: string | null;
  /** Other places that it is about. */
  readonly related: readonly (FindingPlace & { readonly label: string })[];
};
