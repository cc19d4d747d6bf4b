/**
 * Every diagnostic that there is: its code, the facts that it carries, and its sentence. A section of the catalogue is an
 * object from code to a function of the facts; to add a code, add a function to a section (or a section here), its
 * explanation in `explain-AREA.ts`, and a fixture with the golden text, of which the build makes the example that is
 * shown with it.
 */
import type { Severity, Place, RelatedPlace } from './source-place.ts';
import type { Sentence } from './sentence.ts';
import { artifactSentences, planSentences, savedPlanSentences } from './areas/plan.ts';
import { deviceSentences, fleetSentences } from './areas/devices.ts';
import { deviceFileSentences } from './areas/device-files.ts';
import { fileSentences } from './areas/files.ts';
import { scenarioSentences, settingsSentences } from './areas/settings.ts';
import { schemaSentences } from './areas/schema.ts';
import { yamlSentences } from './areas/yaml.ts';

/** What is wrong, as data: collected, never thrown. How it looks is decided in the renderers. */
export type Diagnostic = {
  readonly [Code in DiagnosticCode]: {
    readonly code: Code;
    readonly severity: Severity;
    readonly place: Place;
    readonly facts: FactsOf<Code>;
    readonly related: readonly RelatedPlace[];
  };
}[DiagnosticCode];

const SENTENCES = {
  ...fileSentences,
  ...yamlSentences,
  ...schemaSentences,
  ...planSentences,
  ...artifactSentences,
  ...deviceSentences,
  ...deviceFileSentences,
  ...fleetSentences,
  ...savedPlanSentences,
  ...settingsSentences,
  ...scenarioSentences,
};

export type DiagnosticCode = keyof typeof SENTENCES;

/** What a finding with this code carries; `null` for a code whose sentence is always the same. */
export type FactsOf<Code extends DiagnosticCode> =
  Parameters<(typeof SENTENCES)[Code]> extends [infer Facts] ? Facts : null;

/** All codes, sorted. */
export const DIAGNOSTIC_CODES: readonly DiagnosticCode[] = (
  Object.keys(SENTENCES) as DiagnosticCode[]
).sort();

export function renderSentence({ code, facts }: Diagnostic): Sentence {
  const say = SENTENCES[code] as (facts: unknown) => Sentence;
  return say(facts);
}
