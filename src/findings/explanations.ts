/** Every finding that there is, section by section as in the catalogue. */
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

/** A fixture of the tests, and what is printed of it. */
export type Example = {
  /** What the user gave; none where it cannot be shown: binary, or too long. */
  readonly files: readonly { readonly path: string; readonly text: string }[];
  readonly printed: string;
};

/** `severities`: those that it may have. */
export type FindingRecord = { readonly severities: readonly Severity[]; readonly example: Example };

/** Made from the fixtures by `scripts/generate-examples.ts`. */
export const findingRecords = examples as unknown as Readonly<Partial<Record<string, FindingRecord>>>;
