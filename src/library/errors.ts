/** What the library throws. What is wrong with a plan, and how a rollout ended, are values and never thrown. */
import type { Finding } from './findings.ts';
import type { RunSummary } from './run-summary.ts';

/**
 * Thrown where the library was used wrongly, or could not do what it was asked. Anything that is thrown and is not one is
 * a bug in Breakwater.
 */
export class BreakwaterError extends Error {
  override readonly name: string = 'BreakwaterError';
}

/** An option is missing, or cannot be what it is. Nothing was done. */
export class OptionError extends BreakwaterError {
  override readonly name = 'OptionError';
  /** Its name as it is written in the options: `api.baseUrl`. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option} ${problem}`);
    this.option = option;
  }
}

/** A simulator's scenario has findings. Nothing was done. */
export class ScenarioError extends BreakwaterError {
  override readonly name = 'ScenarioError';
  /** At least one, in the order of the file. */
  readonly findings: readonly Finding[];

  constructor(path: string, findings: readonly Finding[]) {
    super(`scenario ${path} cannot be used: ${findings.map(({ message }) => message).join('; ')}`);
    this.findings = findings;
  }
}

/** The plan names an artifact by its file, and the record of uploads cannot be read. */
export class UploadsError extends BreakwaterError {
  override readonly name = 'UploadsError';
}

/** `onEvent` has thrown: it was not called again, and the rollout was brought to its end without it. */
export class ListenerError extends BreakwaterError {
  override readonly name = 'ListenerError';
  /** How the rollout ended. */
  readonly summary: RunSummary;

  constructor(cause: unknown, summary: RunSummary) {
    super(`onEvent has thrown: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.summary = summary;
  }
}
