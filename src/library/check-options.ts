import { OptionError } from './errors.ts';

/** Throws an `OptionError` unless it is a whole number of milliseconds, of `least` or more. */
export function checkMilliseconds(option: string, ms: number, least: number): void {
  if (!Number.isSafeInteger(ms) || ms < least) {
    throw new OptionError(option, `is ${ms}; a whole number of milliseconds is expected, ${least} or more`);
  }
}
