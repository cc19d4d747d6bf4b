/**
 * Checks written values that the schema cannot check: arguments that the device's script cannot get (it is called with
 * `--name='value'`), durations out of range, and invalid programs.
 */
import type { Place } from '../../findings/source-place.ts';
import { makeError, makeWarning } from '../../findings/findings.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';
import { parseDuration, renderDuration } from '../../base/duration.ts';
import { DURATION_MS_MAX } from '../limits.ts';
import { faultOfProgram } from '../../base/program.ts';

/** An argument with its place, before the arguments of waves override those of the plan. */
export type WrittenArgument = { readonly name: string; readonly value: string; readonly place: Place };

export function checkArguments(written: readonly WrittenArgument[]): readonly Diagnostic[] {
  return written.flatMap(checkArgument);
}

/** Control characters, line separators, and lone surrogates, which no encoding can represent. */
const NOT_TEXT = /[\p{Control}\p{Surrogate}\u2028\u2029]/u;

/** Breakwater's own credentials, which no device needs. */
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

/** A duration with its place; `leastMs` is the minimum. */
export type WrittenDuration = {
  readonly key: string;
  readonly text: string;
  readonly place: Place;
  readonly leastMs: number;
};

export function checkDurations(written: readonly WrittenDuration[]): readonly Diagnostic[] {
  return written
    .filter(({ text, leastMs }) => {
      const ms = parseDuration(text) ?? 0;
      return ms < leastMs || ms > DURATION_MS_MAX;
    })
    .map(({ key, place, leastMs }) => {
      const facts = { key, least: renderDuration(leastMs), most: renderDuration(DURATION_MS_MAX) };
      return makeError({ code: 'duration-out-of-range', place, facts });
    });
}

/** A program of a hook or a gate where it is written, with what it is to read first. Nothing is run here. */
export type WrittenProgram = {
  readonly program: string;
  readonly place: Place;
  readonly argument: { readonly text: string; readonly place: Place } | null;
};

export function checkPrograms(written: readonly WrittenProgram[]): readonly Diagnostic[] {
  return written.flatMap(({ program, place }) => {
    switch (faultOfProgram(program)) {
      case 'empty':
        return [makeError({ code: 'program-empty', place, facts: null })];
      case 'line':
        return [makeError({ code: 'program-is-line', place, facts: { program } })];
      case null:
        return [];
    }
  });
}
