/** Every code that Breakwater prints in any output, with its meaning. */
import type { Severity } from '../../findings/source-place.ts';
import { EXIT, OUTCOME_NAMES } from '../../views/tables/outcomes.ts';
import type { Outcome } from '../../views/tables/outcomes.ts';
import { apiFailureExplanations, noticeExplanations } from './trouble.ts';
import { artifactFindingExplanations } from './artifact-findings.ts';
import { commandExplanations, occasionExplanations } from './programs.ts';
import { exitExplanations, refusalExplanations } from './exits.ts';
import type { Explanation } from '../../findings/explanation.ts';
import { findingExplanations, findingRecords } from '../../findings/explanations.ts';
import type { Example } from '../../findings/explanations.ts';
import { haltExplanations, stopExplanations, waitExplanations } from './reasons.ts';
import { situationExplanations, deviceStatusExplanations } from './standings.ts';

export type Kind =
  | 'finding'
  | 'halt-reason'
  | 'exit-code'
  | 'rollout-status'
  | 'wait-reason'
  | 'stop-reason'
  | 'refusal'
  | 'device-standing'
  | 'occasion'
  | 'command-outcome'
  | 'api-failure'
  | 'run-warning'
  | 'artifact-finding';

/** A code may have several kinds, each with its own meaning: a device and a call can both be `timed-out`. */
export type ExplainedCode = {
  /** As in the output, in its case; `exit-6` for an exit code. */
  readonly code: string;
  readonly kind: Kind;
  readonly explanation: Explanation;
  /** The word of an exit code; `null` for every other kind. */
  readonly outcome: Outcome | null;
  /** Only for findings. */
  readonly severities: readonly Severity[];
  readonly example: Example | null;
};

export const CODES: readonly ExplainedCode[] = [
  ...listFindings(),
  ...listOf('halt-reason', haltExplanations),
  ...listExitCodes(),
  ...listOf('rollout-status', situationExplanations),
  ...listOf('wait-reason', waitExplanations),
  ...listOf('stop-reason', stopExplanations),
  ...listOf('refusal', refusalExplanations),
  ...listOf('device-standing', deviceStatusExplanations),
  ...listOf('occasion', occasionExplanations),
  ...listOf('command-outcome', commandExplanations),
  ...listOf('api-failure', apiFailureExplanations),
  ...listOf('run-warning', noticeExplanations),
  ...listOf('artifact-finding', artifactFindingExplanations),
];

/** `wanted` in any case; an exit code also as a number. Empty if there is no such code. */
export function findCodes(wanted: string): readonly ExplainedCode[] {
  const text = wanted.toLowerCase();
  const name = /^\d+$/.test(text) ? `exit-${text}` : text;
  return CODES.filter(({ code }) => code.toLowerCase() === name);
}

function listFindings(): readonly ExplainedCode[] {
  return Object.entries(findingExplanations).map(([code, explanation]) => ({
    code,
    kind: 'finding',
    explanation,
    outcome: null,
    ...(findingRecords[code] ?? { severities: [], example: null }),
  }));
}

function listExitCodes(): readonly ExplainedCode[] {
  return OUTCOME_NAMES.map((outcome) => ({
    code: `exit-${EXIT[outcome]}`,
    kind: 'exit-code',
    explanation: exitExplanations[outcome],
    outcome,
    severities: [],
    example: null,
  }));
}

function listOf(kind: Kind, explanations: Readonly<Record<string, Explanation>>): readonly ExplainedCode[] {
  return Object.entries(explanations).map(([code, explanation]) => ({
    code,
    kind,
    explanation,
    outcome: null,
    severities: [],
    example: null,
  }));
}
