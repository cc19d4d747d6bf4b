/** Errors that the library throws. Findings of a plan and ends of a rollout are values; they are never thrown. */
import type { Finding } from './findings.ts';
import type { RunSummary } from './run-summary.ts';

/**
 * Thrown if the library was used wrongly or could not do its work. Any other thrown error is a bug in Breakwater.
 */
export class BreakwaterError extends Error {
  override readonly name: string = 'BreakwaterError';
}

/** An option is missing or not valid. Nothing was done. */
export class OptionError extends BreakwaterError {
  override readonly name = 'OptionError';
  /** Path of the option: `api.baseUrl`. */
  readonly option: string;

  constructor(option: string, problem: string) {
    super(`${option} ${problem}`);
    this.option = option;
  }
}

/** The simulator's scenario has errors. Nothing was done. */
export class ScenarioError extends BreakwaterError {
  override readonly name = 'ScenarioError';
  /** At least one finding, in the order of the file. */
  readonly findings: readonly Finding[];

  constructor(path: string, findings: readonly Finding[]) {
    super(`scenario ${path} cannot be used: ${findings.map(({ message }) => message).join('; ')}`);
    this.findings = findings;
  }
}

/** The plan names an artifact by file, but the record of uploads cannot be read. */
export class UploadsError extends BreakwaterError {
  override readonly name = 'UploadsError';
}

/** `onEvent` threw an error. It was not called again, and the rollout continued without it. */
export class ListenerError extends BreakwaterError {
  override readonly name = 'ListenerError';
  /** How the rollout ended. */
  readonly summary: RunSummary;

  constructor(cause: unknown, summary: RunSummary) {
    super(`onEvent threw an error: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.summary = summary;
  }
}
