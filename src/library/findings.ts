/** Findings of a plan or a scenario, for a program to show. */
import type { Severity } from '../findings/source-place.ts';

/** Lines and columns start at 1. Columns count UTF-16 units. The end is exclusive. All four are `null` for a whole file. */
export type FindingPlace = {
  /** The path as given; for a device file, as the plan names it, relative to the plan's folder. */
  readonly path: string;
  readonly line: number | null;
  readonly column: number | null;
  readonly endLine: number | null;
  readonly endColumn: number | null;
};

/** One error or warning in a plan or a scenario. */
export type Finding = FindingPlace & {
  /** Stable code that identifies the kind of finding. */
  readonly code: string;
  /** A plan with an error cannot be used; a plan with warnings can. */
  readonly severity: Severity;
  /** What is wrong, for a person. The wording may change in any release. */
  readonly message: string;
  /** What to write instead; `null` if there is no advice. */
  readonly help: string | null;
  /** Other places that belong to the finding. */
  readonly related: readonly (FindingPlace & { readonly label: string })[];
};
