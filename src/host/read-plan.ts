/** A plan, from a plan file or from one that was saved: whichever the user names. */
import type { Diagnostic, SourceFile } from '../diagnostics/diagnostic.ts';
import { loadPlan } from '../plan/load-plan.ts';
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import { isSavedPlan, parseSavedPlan, SAVED_PLAN_BYTES_MAX } from '../plan/saved-plan.ts';
import { createFileReader } from './read-file.ts';

export type ReadPlan = {
  /** `null` exactly when one of the diagnostics is an error. */
  readonly plan: RolloutPlan | null;
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
};

export function readPlan(path: string, { cwd }: { readonly cwd: string }): ReadPlan {
  const readFile = createFileReader(cwd);
  const reading = readFile(path, SAVED_PLAN_BYTES_MAX);
  if (reading.kind === 'failed') return loadPlan(path, readFile);
  const { bytes } = reading;
  if (isSavedPlan(Buffer.from(bytes.subarray(0, BEGINNING_BYTES)).toString())) {
    const source = { path, text: Buffer.from(bytes).toString() };
    return { ...parseSavedPlan(source), sources: new Map([[path, source]]) };
  }
  // What has been read once is not read again.
  return loadPlan(path, (other, bytesMax) =>
    other === path && bytes.length <= bytesMax ? reading : readFile(other, bytesMax),
  );
}

/** A saved plan says in so many bytes that it is one. */
const BEGINNING_BYTES = 4_000;
