/**
 * What is wrong in something that the user gave us (a plan, a device file, a settings file, a scenario), as data: a code,
 * a place and facts. Diagnostics are collected, never thrown; their sentences are made in `catalogue.ts` alone, and how
 * they look is decided in the renderers.
 */
import type { DiagnosticCode, FactsOf } from './catalogue.ts';

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

export type Diagnostic = {
  readonly [Code in DiagnosticCode]: {
    readonly code: Code;
    readonly severity: Severity;
    readonly place: Place;
    readonly facts: FactsOf<Code>;
    readonly related: readonly RelatedPlace[];
  };
}[DiagnosticCode];
