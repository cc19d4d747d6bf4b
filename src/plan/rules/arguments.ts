/** Values of arguments that the device's script cannot be given as they are: it is called with `--name='value'`. */
import type { Place } from '../../findings/source-place.ts';
import { makeError, makeWarning } from '../../findings/findings.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

/** An argument where it is written, before waves are laid over the plan. */
export type WrittenArgument = { readonly name: string; readonly value: string; readonly place: Place };

export function checkArguments(written: readonly WrittenArgument[]): readonly Diagnostic[] {
  return written.flatMap(checkArgument);
}

/** Control characters, line separators, and halves of surrogate pairs, which no encoding can carry. */
const NOT_TEXT = /[\p{Control}\p{Surrogate}\u2028\u2029]/u;

/** Breakwater's own credentials, which no device has any use for. */
const CREDENTIAL = /^allxon_api_(?:key_id|secret)$/i;

function checkArgument({ name, value, place }: WrittenArgument): readonly Diagnostic[] {
  if (CREDENTIAL.test(name)) {
    const masked = place.range === null ? [] : [place.range];
    return [makeError({ code: 'secret-in-file', place, facts: { key: name, masked } })];
  }
  const control = NOT_TEXT.exec(value)?.[0].codePointAt(0);
  if (control !== undefined) {
    return [
      makeError({ code: 'argument-has-control-character', place, facts: { name, codePoint: control } }),
    ];
  }
  return value.includes("'") ? [makeWarning({ code: 'argument-has-quote', place, facts: { name } })] : [];
}
