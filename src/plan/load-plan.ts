/**
 * Loads a plan file and the files that it names: the result is a plan that can run, or all findings. Each stage runs only if
 * the one before has no findings: bytes, YAML, schema, then all rules of meaning together.
 */
import { readText } from '../document/read-text.ts';
import type { FileReader, ProgramFinder } from '../document/file-reader.ts';
import type { ReadDocument } from '../document/read-document.ts';
import type { SourceFile } from '../findings/source-place.ts';
import { limitFindings, sortFindings } from '../findings/findings.ts';
import { collectArtifacts, listArtifactFiles } from './collect-artifacts.ts';
import type { ArtifactLookup } from './collect-artifacts.ts';
import { collectDevices } from './collect-devices.ts';
import { PLAN_BYTES_MAX } from './limits.ts';
import type { RolloutPlanDocument } from './plan-document.ts';
import { readPlanDocument } from './read-plan-document.ts';
import type { PlanSubject } from './plan-subject.ts';
import type { WaveName } from './identifiers.ts';
import { rememberRedraw } from './redraw.ts';
import type { RolloutPlan } from './rollout-plan.ts';
import { checkArguments, checkDurations, checkPrograms } from './rules/written-values.ts';
import { checkBatches, checkThresholds } from './rules/thresholds.ts';
import { checkDevices } from './rules/devices.ts';
import { checkUnlikeSerials } from './rules/unlike-serials.ts';
import { checkProgramFiles } from './rules/program-files.ts';
import { checkRollback } from './rules/rollback.ts';
import { checkWindows } from './rules/windows.ts';
import { checkWaveNames } from './rules/names.ts';
import { findOrigin, listArguments, listDurations, listPrograms, listWindows } from './written-settings.ts';
import type { Diagnostic } from '../findings/catalogue.ts';
import { resolveKeys } from './format/key.ts';
import { PLAN_KEYS } from './format/plan-keys.ts';
import type { WrittenPlan } from './format/plan-keys.ts';

export type LoadedPlan = {
  /** `null` exactly when one of the diagnostics is an error. */
  readonly plan: RolloutPlan | null;
  /** In the order of the plan, then of each device file. */
  readonly diagnostics: readonly Diagnostic[];
  /** Every file that was read, by path, for excerpts. */
  readonly sources: ReadonlyMap<string, SourceFile>;
};

/** A plan file that has been read. The artifacts that it names by file still have to be looked up. */
export type OpenedPlan = {
  /** As written in the plan; empty if the plan cannot be used. */
  readonly artifactFiles: readonly string[];
  readonly resolve: (lookup: ArtifactLookup) => LoadedPlan;
};

/** `path` is as the user typed it. Paths of device files are shown relative to the same folder. */
export function loadPlan(
  path: string,
  readFile: FileReader,
  lookup: ArtifactLookup = NOTHING_KNOWN,
): LoadedPlan {
  return openPlan(path, readFile).resolve(lookup);
}

/** A lookup that finds no artifact files. */
const NOTHING_KNOWN: ArtifactLookup = {
  sum: () => ({ kind: 'failed', problem: 'missing', message: '' }),
  records: [],
  state: null,
  isNeeded: true,
};

/** Without `findProgram`, nothing is said of whether the programs of the plan are there. */
export function openPlan(path: string, readFile: FileReader, findProgram?: ProgramFinder): OpenedPlan {
  const { source, diagnostic } = readText(readFile, { path, kind: 'plan', bytesMax: PLAN_BYTES_MAX });
  if (source === null || diagnostic !== null) {
    return refused(diagnostic === null ? [] : [diagnostic], source);
  }
  const document = readPlanDocument(source);
  const { value } = document;
  if (value === null) return refused(document.diagnostics, source);
  return {
    artifactFiles: listArtifactFiles(value),
    resolve: (lookup) => {
      const opened = { source, document: { ...document, value } };
      return resolveOpened(opened, { readFile, findProgram }, lookup);
    },
  };
}

function refused(diagnostics: readonly Diagnostic[], source: SourceFile | null): OpenedPlan {
  const sources = new Map(source === null ? [] : [[source.path, source]]);
  return { artifactFiles: [], resolve: () => ({ plan: null, diagnostics, sources }) };
}

type Opened = {
  readonly source: SourceFile;
  readonly document: ReadDocument<RolloutPlanDocument> & { readonly value: RolloutPlanDocument };
};

type Readers = { readonly readFile: FileReader; readonly findProgram: ProgramFinder | undefined };

function resolveOpened(
  { source, document: { value: document, placeOf, placeOfKey } }: Opened,
  { readFile, findProgram = () => ({ kind: 'usable' }) }: Readers,
  lookup: ArtifactLookup,
): LoadedPlan {
  const { path } = source;
  const sources = new Map([[path, source]]);
  const collected = collectDevices(document, { path, readFile, placeOf, placeOfKey });
  const artifacts = collectArtifacts(document, { path, placeOf, placeOfKey, lookup });
  for (const file of collected.sources) sources.set(file.path, file);
  const plan = resolvePlan(document, {
    devices: collected.lists.map((list) => list?.serials ?? []),
    uuids: artifacts.uuids,
  });
  const subject: PlanSubject = {
    plan,
    lists: collected.lists,
    placeOf,
    originOf: (wave, setting) => findOrigin(document, wave, setting),
  };
  const findings = [
    ...collected.diagnostics,
    ...artifacts.diagnostics,
    ...checkWaveNames(subject),
    ...checkDevices(subject),
    ...checkUnlikeSerials(collected.read),
    ...checkThresholds(subject),
    ...checkBatches(subject),
    ...checkArguments(listArguments({ value: document, placeOf })),
    ...checkDurations(listDurations({ value: document, placeOf })),
    ...checkRollback(subject),
    ...checkPrograms(listPrograms({ value: document, placeOf })),
    ...checkProgramFiles(listPrograms({ value: document, placeOf }), findProgram),
    ...checkWindows(listWindows({ value: document, placeOf })),
  ];
  rememberRedraw(plan, (held) => {
    const { lists, left } = collected.redraw(
      document.waves.map(({ name }) => held.get(name as WaveName) ?? null),
    );
    return { plan: resolvePlan(document, { devices: lists, uuids: artifacts.uuids }), left };
  });
  const hasError = findings.some(({ severity }) => severity === 'error');
  return {
    plan: hasError ? null : plan,
    diagnostics: sortFindings(limitFindings(findings), [...sources.keys()]),
    sources,
  };
}

type Collected = Omit<WrittenPlan, 'document'>;

/** The document is valid by the schema. */
function resolvePlan(document: RolloutPlanDocument, collected: Collected): RolloutPlan {
  return resolveKeys<RolloutPlan, WrittenPlan>(PLAN_KEYS, { document, ...collected });
}
