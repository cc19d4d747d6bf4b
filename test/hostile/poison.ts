/** Text as an enemy would write it, put wherever a rollout's record has text that comes from outside. */
import fc from '../kit/fast-check.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import type { HaltCause } from '../../src/rollout/halt-cause.ts';

/** What terminals, logs, Markdown, spreadsheets, XML, HTML and scripts take for more than text. */
const PIECES = [
  '\u001b[2J',
  '\u001b]0;owned\u0007',
  '\u009b31m',
  '\u0000',
  '\b',
  '\r',
  '\n',
  '\r\n',
  '\t',
  '\u007f',
  '\u0085',
  '\u202e',
  '\u2066',
  '\u200e',
  '\u200f',
  '\u061c',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ufffe',
  '\ud800',
  '\udfff',
  '\n::error::owned',
  '::stop-commands::x',
  ' ::add-mask::a',
  '##[error]owned',
  '##vso[task.complete]',
  '%0A',
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '"',
  "'",
  ',',
  ';',
  '\\',
  '$(id)',
  '`id`',
  '\n=1+1',
  '|',
  '`',
  '``',
  '```',
  '*',
  '_',
  '~~',
  '# ',
  '- ',
  '> ',
  '<!--',
  '-->',
  '[x](http://evil.example)',
  '![x](y)',
  '@everyone',
  '#1',
  'http://evil.example',
  'www.evil.example',
  '&amp;',
  '&#27;',
  '\n\n---\n',
  '\n| a | b |\n',
  '<script>alert(1)</script>',
  '</script>',
  '</style>',
  '<img src=x onerror=alert(1)>',
  ']]>',
  '<b',
  '">',
  "'>",
  'a',
  'Z',
  ' ',
  '  ',
  '0',
  'é',
  '漢',
  '💥',
];

export const hostileText = fc
  .array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 6 })
  .map((pieces) => pieces.join(''));

/** What of it a serial can hold, which is checked wherever one comes in. */
export function keepForSerial(text: string): string {
  return text.replace(/[^A-Za-z0-9._:-]/g, '');
}

/** Whatever people, programs and the API say. */
const PROSE = new Set([
  'message',
  'detail',
  'output',
  'host',
  'startedBy',
  'by',
  'description',
  'version',
  'requestId',
  'deploymentId',
  'code',
  'unreadable',
  'id',
]);

/** What a halt gives as its reason; other reasons are prose. */
const HALT_REASONS = new Set<string>(
  Object.keys({
    operator: true,
    'failures-exceeded': true,
    'success-unreachable': true,
    'rollout-failures-exceeded': true,
    'gate-failed': true,
    'hook-failed': true,
    'deployment-refused': true,
    'check-inconclusive': true,
    reverted: true,
  } satisfies Record<HaltCause['reason'], true>),
);

/** The same rollout with `text` before every name, as far as a serial can hold it, and in place of all prose. */
export function poison(events: readonly JournaledEvent[], text: string): readonly JournaledEvent[] {
  const [first] = events;
  const serialText = keepForSerial(text);
  const waves = first?.type === 'rollout-started' ? first.plan.waves.map(({ name }): string => name) : [];

  /** Waves, deployments of theirs, and devices. */
  function rename(value: string): string {
    if (waves.some((name) => value === name || value.startsWith(`${name}/`))) return `${text}${value}`;
    return waves.some((name) => value.startsWith(`${name}-`)) ? `${serialText}${value}` : value;
  }

  function change(value: unknown, key: string): unknown {
    if (typeof value === 'string') return changeText(value, key);
    if (Array.isArray(value)) return value.map((item) => change(item, key));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [rename(name), change(inner, name)]),
    );
  }

  function changeText(value: string, key: string): string {
    const isProse = PROSE.has(key) || key === 'run' || (key === 'reason' && !HALT_REASONS.has(value));
    return isProse ? text : rename(value);
  }

  return change(events, '') as readonly JournaledEvent[];
}
