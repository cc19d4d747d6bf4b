/** What a person has typed, after a flag or a question: what it means, or why it cannot be taken. */
import { InvalidArgumentError } from 'commander';

export type Answer<T> =
  | { readonly kind: 'taken'; readonly value: T }
  /** `why` is a clause, without a capital and a full stop. */
  | { readonly kind: 'refused'; readonly why: string };

export function taken<T>(value: T): Answer<T> {
  return { kind: 'taken', value };
}

export function refused(why: string): Answer<never> {
  return { kind: 'refused', why };
}

/** The same reading for a flag as for a question. */
export function createFlagParser<T>(read: (text: string) => Answer<T>): (text: string) => T {
  return (text) => {
    const answer = read(text);
    if (answer.kind === 'taken') return answer.value;
    throw new InvalidArgumentError(asSentence(answer.why));
  };
}

export function asSentence(clause: string): string {
  // A word only: what begins it otherwise is something that was typed, such as a file's name.
  return `${clause.replace(/^[a-z](?=[a-z]* )/, (first) => first.toUpperCase())}.`;
}
