/** The reason of an order, for the record. */
import { REASON_PLACEHOLDER } from '../views/wording/commands.ts';

export const REASON_CHARS_MAX = 1_000;

export type ReadReason =
  | { readonly kind: 'read'; readonly reason: string }
  | { readonly kind: 'no-words' }
  | { readonly kind: 'too-long' };

/** Text that looks like a flag is not accepted as a reason. */
export function readReason(text: string): ReadReason {
  const reason = text.trim();
  if (reason === '' || reason === REASON_PLACEHOLDER || reason.startsWith('--')) return { kind: 'no-words' };
  return reason.length > REASON_CHARS_MAX ? { kind: 'too-long' } : { kind: 'read', reason };
}
