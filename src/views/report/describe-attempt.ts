/** One attempt at a device as a line: `berlin/1 (id 5f0c): timed-out 2026-01-05 08:00:12 UTC; success at …, too late`. */
import { printable } from '../../base/text.ts';
import { renderMoment } from '../wording/moments.ts';
import { notesOn } from '../wording/device-facts.ts';
import type { DeviceAttempt } from './devices.ts';

export function describeAttempt(attempt: DeviceAttempt): string {
  const { deployment, standing, endedAt, late, isSuperseded } = attempt;
  const { key, call } = deployment.state;
  const id = call.kind === 'accepted' ? ` (id ${printable(call.deploymentId)})` : '';
  return [
    `${printable(key)}${id}: ${call.kind === 'accepted' ? standing : CALL_WORDS[call.kind]}${endedAt === null ? '' : ` at ${renderMoment(endedAt)}`}${notesOn(
      attempt,
    )
      .map((note) => `, ${note}`)
      .join('')}`,
    ...(late === null ? [] : [`${late.outcome} at ${renderMoment(late.at)}, too late to count`]),
    ...(isSuperseded ? ['left to a retry'] : []),
  ].join('; ');
}

const CALL_WORDS = {
  intended: 'announced, no answer is on record',
  'not-made': 'not made',
  refused: 'refused',
  doubted: 'in doubt',
} as const;
