/** What the log of a CI service takes for a command to itself, as GitHub's, Azure's and TeamCity's do. */
import { escapeCharacter } from './text.ts';

/** Where a line begins with it, be it indented; or wherever it stands. The first character of it. */
const COMMAND = /:(?=:)(?<=^[^\S\n]*:)|#(?=#(?:\[|vso\[|teamcity\[))/gim;

/** Text for a person, of any number of lines, in which a log finds no command. */
export function guardLog(text: string): string {
  return text.replace(COMMAND, escapeCharacter);
}
