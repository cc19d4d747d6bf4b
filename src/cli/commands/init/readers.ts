/** Parse what a person typed for a flag or a question, from the text alone. */
import { InvalidArgumentError } from 'commander';
import { parseDuration, renderDuration } from '../../../base/duration.ts';
import { printable } from '../../../base/text.ts';
import { parseArtifactUuid, parseRolloutName, parseSerial } from '../../../plan/identifiers.ts';
import type { ArtifactUuid, RolloutName, Serial } from '../../../plan/identifiers.ts';
import { parseSizes } from '../../../plan/first-plan/first-plan.ts';
import type { WaveSize } from '../../../plan/first-plan/first-plan.ts';
import { DURATION_MS_MAX } from '../../../plan/limits.ts';
import { parseWindow } from '../../../plan/window.ts';
import type { Region, Window } from '../../../plan/rollout-plan.ts';

export type Answer<T> =
  | { readonly kind: 'taken'; readonly value: T }
  /** `why`: a clause without a capital letter and a full stop. */
  | { readonly kind: 'refused'; readonly why: string };

export function taken<T>(value: T): Answer<T> {
  return { kind: 'taken', value };
}

export function refused(why: string): Answer<never> {
  return { kind: 'refused', why };
}

/** Uses the reader of a question for a flag. */
export function createFlagParser<T>(read: (text: string) => Answer<T>): (text: string) => T {
  return (text) => {
    const answer = read(text);
    if (answer.kind === 'taken') return answer.value;
    throw new InvalidArgumentError(asSentence(answer.why));
  };
}

export function asSentence(clause: string): string {
  // Only a plain word gets a capital letter: other text may be typed input, such as a file name.
  const sentence = clause.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase());
  return sentence.endsWith('?') ? sentence : `${sentence}.`;
}

export function readName(text: string): Answer<RolloutName> {
  const name = parseRolloutName(text);
  return name === null
    ? refused(
        'a name has 1 to 64 lower-case letters, digits, `-` or `.`, and begins with a letter or a digit',
      )
    : taken(name);
}

export function readRegion(text: string): Answer<Region> {
  return text === 'us' || text === 'eu' ? taken(text) : refused('expected us or eu');
}

export function readUuid(text: string): Answer<ArtifactUuid> {
  const uuid = parseArtifactUuid(text);
  return uuid === null
    ? refused('expected a UUID such as a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a')
    : taken(uuid);
}

/** Serials that are separated by commas or spaces. */
export function readSerials(text: string): Answer<readonly Serial[]> {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const serials: Serial[] = [];
  for (const word of words) {
    if (isDeviceFile(word)) return refused(`"${printable(word)}" is a file name. Pass it with --fleet`);
    const serial = parseSerial(word);
    if (serial === null)
      return refused(
        `"${printable(word)}" is not a serial. A serial has 1 to 128 letters, digits, \`.\`, \`_\`, \`:\`, \`-\``,
      );
    if (serials.includes(serial)) return refused(`"${serial}" is listed twice`);
    serials.push(serial);
  }
  return serials.length === 0 ? refused('expected at least one serial') : taken(serials);
}

export function isDeviceFile(text: string): boolean {
  return /\.(?:txt|csv|tsv)$/i.test(text);
}

export function readSizes(text: string): Answer<readonly WaveSize[]> {
  const sizes = parseSizes(text);
  return typeof sizes === 'string' ? refused(sizes) : taken(sizes);
}

/** The duration as typed, or `none`. */
export function readSoak(text: string): Answer<string> {
  const ms = text === 'none' ? 0 : parseDuration(text);
  if (ms === null) return refused('expected a duration such as 30m or 1h, or none');
  if (ms > DURATION_MS_MAX) return refused(`expected at most ${renderDuration(DURATION_MS_MAX)}`);
  return taken(ms === 0 ? 'none' : text);
}

export function readWindow(text: string): Answer<Window | 'always'> {
  if (text === 'always') return taken(text);
  const window = parseWindow(text);
  return typeof window === 'string' ? refused(window) : taken(window);
}
