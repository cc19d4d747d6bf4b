/** Parsers of flag values. Each error says what was expected. */
import { InvalidArgumentError } from 'commander';
import { parseDuration } from '../base/duration.ts';
import { nearest } from '../base/text.ts';
import { SPEED } from '../base/clock.ts';
import { parsePercentage } from '../plan/threshold.ts';
import { REASON_CHARS_MAX, readReason } from '../host/order-reason.ts';
import type { Breakage } from '../rollout/odds.ts';

export function parseReason(text: string): string {
  const read = readReason(text);
  switch (read.kind) {
    case 'read':
      return read.reason;
    case 'no-words':
      throw new InvalidArgumentError('Expected the reason in words.');
    case 'too-long':
      throw new InvalidArgumentError(`Expected at most ${REASON_CHARS_MAX} characters.`);
  }
}

export function createChoiceParser(choices: readonly string[]): (text: string) => string {
  return (text) => {
    if (choices.includes(text)) return text;
    const hint = nearest(text, choices);
    const all = choices.length === 1 ? choices.join() : `one of ${choices.join(', ')}`;
    throw new InvalidArgumentError(`Expected ${all}.${hint === null ? '' : ` Did you mean ${hint}?`}`);
  };
}

export function parseWait(text: string): number {
  const ms = parseDuration(text);
  if (ms === null) throw new InvalidArgumentError('Expected a duration such as 30s or 10m.');
  return ms;
}

export function parseBreakage(text: string): Breakage {
  const share = parsePercentage(text);
  if (share !== null && 'partsPerMillion' in share) return { kind: 'share', ...share };
  if (!/^[0-9]{1,7}$/.test(text))
    throw new InvalidArgumentError(
      'Expected a percentage such as 5% or 0.5%, or a number of devices such as 12.',
    );
  return { kind: 'count', devices: Number(text) };
}

const TRIALS_MAX = 1_000_000;

export function parseTrials(text: string): number {
  const trials = Number(text);
  if (!/^[0-9]{1,7}$/.test(text) || trials < 1 || trials > TRIALS_MAX)
    throw new InvalidArgumentError(`Expected a number from 1 to ${TRIALS_MAX}.`);
  return trials;
}

const SEED_MAX = 4_294_967_295;

export function parseSeed(text: string): number {
  const seed = Number(text);
  if (!/^[0-9]{1,10}$/.test(text) || seed > SEED_MAX)
    throw new InvalidArgumentError(`Expected a whole number from 0 to ${SEED_MAX}.`);
  return seed;
}

export function parseSpeed(text: string): number {
  const factor = Number(text);
  if (!(factor >= SPEED.least && factor <= SPEED.most)) {
    throw new InvalidArgumentError(`Expected a number from ${SPEED.least} to ${SPEED.most}.`);
  }
  return factor;
}

export function parsePort(text: string): number {
  const port = Number(text);
  if (!/^[0-9]+$/.test(text) || port > 65_535)
    throw new InvalidArgumentError('Expected a number from 0 to 65535.');
  return port;
}
