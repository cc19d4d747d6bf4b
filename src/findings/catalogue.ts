/**
 * All diagnostics: code, facts and sentence. A section of the catalogue maps each code to a function of its facts. To add a
 * code, add a function to a section (or a new section here), an explanation in `explain-AREA.ts`, and a fixture with its
 * golden text. The build makes the example of `breakwater explain` from the fixture.
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

/** A finding as data. It is collected, never thrown. The renderers decide how it looks. */
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

/** The facts of a finding with this code; `null` for a code with a fixed sentence. */
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
