/** Mistakes of a device file, counted all and placed only as far as they are shown. */
import type { Diagnostic, DiagnosticCode, FactsOf } from '../findings/catalogue.ts';
import { FINDINGS_PER_CODE_MAX, makeError, noteLeftOut } from '../findings/findings.ts';
import type { Place, Range } from '../findings/source-place.ts';

type FaultCode = Extract<DiagnosticCode, `csv-${string}` | `device-file-${string}`>;

export type Fault = {
  readonly [Code in FaultCode]: {
    readonly code: Code;
    readonly facts: FactsOf<Code>;
    /** The part of the text that is wrong; `null` for all of it. */
    readonly within: Range | null;
  };
}[FaultCode];

export type FoundFault<Item> = { readonly item: Item; readonly fault: Fault };

/** The first of each code, and how many more there are. */
export function describeFaults<Item>(
  found: Iterable<FoundFault<Item>>,
  placesOf: (shown: readonly FoundFault<Item>[]) => readonly Place[],
): readonly Diagnostic[] {
  const counts = new Map<FaultCode, number>();
  const shown: FoundFault<Item>[] = [];
  for (const each of found) {
    const { code } = each.fault;
    const before = counts.get(code) ?? 0;
    counts.set(code, before + 1);
    if (before < FINDINGS_PER_CODE_MAX) shown.push(each);
  }
  const places = placesOf(shown);
  const diagnostics = shown.flatMap(({ fault: { code, facts } }, index) => {
    const place = places[index];
    return place === undefined ? [] : [makeError<FaultCode>({ code, facts, place })];
  });
  const left = [...counts].flatMap(([code, count]) =>
    noteLeftOut(
      diagnostics.findLast((diagnostic) => diagnostic.code === code),
      count,
    ),
  );
  return [...diagnostics, ...left];
}
