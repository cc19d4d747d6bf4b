/** The explanations of all findings, in the sections of the catalogue. */
import type { DiagnosticCode } from './catalogue.ts';
import type { Severity } from './source-place.ts';
import examples from './generated/examples.json' with { type: 'json' };
import type { Explanation } from './explanation.ts';
import { artifactExplanations, planExplanations, savedPlanExplanations } from './areas/explain-plan.ts';
import { deviceExplanations, fleetExplanations } from './areas/explain-devices.ts';
import { deviceFileExplanations } from './areas/explain-device-files.ts';
import { fileExplanations } from './areas/explain-files.ts';
import { scenarioExplanations, settingsExplanations } from './areas/explain-settings.ts';
import { schemaExplanations } from './areas/explain-schema.ts';
import { yamlExplanations } from './areas/explain-yaml.ts';

export const findingExplanations: Readonly<Record<DiagnosticCode, Explanation>> = {
  ...fileExplanations,
  ...yamlExplanations,
  ...schemaExplanations,
  ...planExplanations,
  ...artifactExplanations,
  ...deviceExplanations,
  ...deviceFileExplanations,
  ...fleetExplanations,
  ...savedPlanExplanations,
  ...settingsExplanations,
  ...scenarioExplanations,
};

/** A fixture of the tests, and the output for it. */
export type Example = {
  /** The input of the user; empty if it is binary or too long to show. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly printed: string;
};

/** `severities`: all that the finding can have. */
export type FindingRecord = { readonly severities: readonly Severity[]; readonly example: Example };

/** Made from the fixtures by `scripts/generate-examples.ts`. */
export const findingRecords = examples as unknown as Readonly<Partial<Record<string, FindingRecord>>>;
