/**
 * A plan file, with the device files that it names, to a plan that can be run, or to everything that is wrong with it.
 * Stages stop in order: the file's bytes, YAML, the schema, then all rules of meaning at once.
 */
import { readText } from '../document/read-text.ts';
import type { FileReader } from '../document/file-reader.ts';
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts';
import { limitFindings, sortFindings } from '../diagnostics/findings.ts';
import { collectDevices } from './collect-devices.ts';
import { PLAN_BYTES_MAX } from './limits.ts';
import { readPlanDocument } from './plan-document.ts';
import type { PlanSubject } from './plan-subject.ts';
import { resolvePlan } from './resolve-plan.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import { checkArguments } from './rules/arguments.ts';
import { checkBatches } from './rules/batches.ts';
import { checkDevices } from './rules/devices.ts';
import { checkDurations } from './rules/durations.ts';
import { checkPrograms } from './rules/programs.ts';
import { checkRollback } from './rules/rollback.ts';
import { checkThresholds } from './rules/thresholds.ts';
import { checkWindows } from './rules/windows.ts';
import { checkWaveNames } from './rules/wave-names.ts';
import { findOrigin, listArguments, listDurations, listPrograms, listWindows } from './written-settings.ts';

export type LoadedPlan = {
  /** `null` exactly when one of the diagnostics is an error. */
  readonly plan: RolloutPlan | null;
  /** In the order of the plan's text, then of each device file's. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, by path, to quote from. */
  readonly sources: ReadonlyMap<string, SourceFile>;
};

/** `path` is as the user typed it; device files are shown relative to the same folder as it is. */
export function loadPlan(path: string, readFile: FileReader): LoadedPlan {
  const sources = new Map<string, SourceFile>();
  const { source, diagnostic } = readText(readFile, { path, kind: 'plan', bytesMax: PLAN_BYTES_MAX });
  if (source !== null) sources.set(path, source);
  if (source === null || diagnostic !== null) {
    return { plan: null, diagnostics: diagnostic === null ? [] : [diagnostic], sources };
  }
  const { value: document, diagnostics, placeOf, placeOfKey } = readPlanDocument(source);
  if (document === null) return { plan: null, diagnostics, sources };
  const collected = collectDevices(document, { path, readFile, placeOf, placeOfKey });
  for (const file of collected.sources) sources.set(file.path, file);
  const plan = resolvePlan(
    document,
    collected.lists.map((list) => list?.serials ?? []),
  );
  const subject: PlanSubject = {
    plan,
    lists: collected.lists,
    placeOf,
    originOf: (wave, setting) => findOrigin(document, wave, setting),
  };
  const findings = [
    ...collected.diagnostics,
    ...checkWaveNames(subject),
    ...checkDevices(subject),
    ...checkThresholds(subject),
    ...checkBatches(subject),
    ...checkArguments(listArguments({ value: document, placeOf })),
    ...checkDurations(listDurations({ value: document, placeOf })),
    ...checkRollback(subject),
    ...checkPrograms(listPrograms({ value: document, placeOf })),
    ...checkWindows(listWindows({ value: document, placeOf })),
  ];
  const hasError = findings.some(({ severity }) => severity === 'error');
  return {
    plan: hasError ? null : plan,
    diagnostics: sortFindings(limitFindings(findings), [...sources.keys()]),
    sources,
  };
}
