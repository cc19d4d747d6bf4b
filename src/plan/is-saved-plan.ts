/** What is known of a file that may be a saved plan before it is read as one: the code that does that is loaded only then. */

/** Room for as many devices as a plan may have, with serials as long as they may be. */
export const SAVED_PLAN_BYTES_MAX = 160 * 1_048_576;

/** By how it begins: whether it can be read is another question. */
export function isSavedPlan(text: string): boolean {
  return /^\s*\{[^]*?"format"\s*:\s*"breakwater\/saved-plan"/.test(text.slice(0, BEGINNING_CHARS));
}

const BEGINNING_CHARS = 1_000;
