/**
 * `credentials.command` as a process: what it prints is read as the API key. That is kept out of every message, and so is
 * whatever else it says that may be a secret.
 */
import { parseCredentials } from '../backend/allxon/credentials.ts';
import type { Credentials, PrintedCredentials } from '../backend/allxon/credentials.ts';
import { renderDuration } from '../base/duration.ts';
import { enumerate, printable, renderNumber } from '../base/text.ts';
import { quote } from '../findings/sentence.ts';
import type { CredentialsCommand } from '../settings/settings.ts';
import { OutputTail, runProgram } from './run-program.ts';
import type { ProgramEnd } from './run-program.ts';
import { createMask } from '../backend/allxon/mask.ts';
import { isSecretKey, maskAlike } from '../findings/secrets.ts';

export type AskedForKey =
  | { readonly kind: 'read'; readonly credentials: Credentials }
  | { readonly kind: 'interrupted' }
  /** `message` says what to do next, in its last line. */
  | { readonly kind: 'failed'; readonly message: string };

export type KeyWanted = {
  readonly command: CredentialsCommand;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the command when it aborts. */
  readonly signal: AbortSignal;
};

/** A key and its id are far shorter. */
const PRINTED_BYTES_MAX = 65_536;

const SAID_LINES_MAX = 5;
const SAID_CHARS_MAX = 200;

export async function runCredentialsCommand(wanted: KeyWanted): Promise<AskedForKey> {
  const { command, env, signal } = wanted;
  const overflow = new AbortController();
  const printed: Uint8Array[] = [];
  let printedBytes = 0;
  const said = new OutputTail();
  const end = await runProgram(
    { ...command, env, input: '' },
    {
      signal: AbortSignal.any([signal, overflow.signal]),
      onStdout(chunk) {
        printedBytes += chunk.length;
        if (printedBytes > PRINTED_BYTES_MAX) overflow.abort();
        else printed.push(chunk);
      },
      onStderr(chunk) {
        said.add(chunk);
      },
    },
  );
  if (signal.aborted) return { kind: 'interrupted' };
  const text = Buffer.concat(printed).toString('utf8');
  const read = end.outcome === 'passed' && !overflow.signal.aborted ? parseCredentials(text) : null;
  if (read?.kind === 'read') return read;
  const what = overflow.signal.aborted
    ? `printed more than ${renderNumber(PRINTED_BYTES_MAX)} bytes and was ended`
    : read === null
      ? describeEnd(end, command)
      : describePrinted(read, printedBytes);
  const excerpt = excerptOf(said.text((words) => hideSecrets(words, { beside: text, env })));
  return {
    kind: 'failed',
    message: compose({ command, what, excerpt, isStarted: end.outcome !== 'not-started' }),
  };
}

function describeEnd({ outcome, detail }: ProgramEnd, { timeoutMs }: CredentialsCommand): string {
  switch (outcome) {
    case 'timed-out':
      return `was not done after ${renderDuration(timeoutMs)} and was ended; it has no terminal and cannot ask for anything. \`credentials.timeout\` gives it longer`;
    case 'not-started':
      return `could not be started: ${printable(detail)}`;
    case 'passed':
    case 'failed':
    case 'interrupted':
      return `has failed: ${detail}`;
  }
}

function describePrinted(
  read: Exclude<PrintedCredentials, { readonly kind: 'read' }>,
  bytes: number,
): string {
  switch (read.kind) {
    case 'not-json':
      return bytes === 0 ? `printed nothing. ${WANTED}` : `printed what is not JSON. ${WANTED}`;
    case 'no-object':
      return `printed JSON that is no object. ${WANTED}`;
    case 'missing':
      return `printed no ${enumerate(read.names)}. ${WANTED}`;
    case 'malformed':
      return `printed ${enumerate(read.names)} that cannot be right: no text, or with white space, quotes or control characters. ${WANTED}`;
  }
}

const WANTED =
  'It is to print one JSON object on stdout: {"ALLXON_API_KEY_ID": "…", "ALLXON_API_SECRET": "…"}';

/** Its last lines, so that no line begins with what a log or a terminal would obey. */
function excerptOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(-SAID_LINES_MAX).map((line) => `  | ${printable(line).slice(0, SAID_CHARS_MAX)}`);
}

type Telling = {
  readonly command: CredentialsCommand;
  readonly what: string;
  readonly excerpt: readonly string[];
  readonly isStarted: boolean;
};

function compose({ command: { run, folder, path }, what, excerpt, isStarted }: Telling): string {
  const who = `${quote(run[0] ?? '')} (credentials.command in ${printable(path)})`;
  const next = isStarted
    ? `Run it by hand in ${printable(folder)} to see more`
    : `Correct ${printable(path)}`;
  return [
    `there is no API key: ${who} ${what}`,
    ...excerpt,
    `${next}, or set ALLXON_API_KEY_ID and ALLXON_API_SECRET instead.`,
  ].join('\n');
}

type SecretsBeside = {
  /** No word that stands in here is shown, nor any other spelling of it. */
  readonly beside: string;
  /** Nor are the values of variables whose names are those of secrets. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Shorter ones are ordinary words, and masking them would take others apart. */
const SECRET_CHARS_MIN = 8;

/** Each text of a JSON object, or of what looks like a part of one, as it was meant: any of them may be the secret. */
function textsIn(beside: string): readonly string[] {
  const quoted = Array.from(beside.matchAll(/"((?:[^"\\]|\\.)*)"/g), ([whole]) => unquote(whole));
  const words = beside.split(/[\s"',{}[\]]+/);
  return [...new Set([...quoted, ...words])].filter(({ length }) => length >= SECRET_CHARS_MIN);
}

function unquote(json: string): string {
  try {
    return String(JSON.parse(json));
  } catch {
    return json.slice(1, -1);
  }
}

/** As long as letters, digits and the signs of Base64 go. */
const WORD = /[\w+/-]+/g;

/** What a program says of its failure, without what may be a secret in it. Rather too much is hidden than too little. */
function hideSecrets(text: string, { beside, env }: SecretsBeside): string {
  const variables = Object.entries(env)
    .filter(([name, value = '']) => isSecretKey(name) && value.length >= SECRET_CHARS_MIN)
    .map(([, value = '']) => value);
  return maskAlike(
    createMask([...variables, ...textsIn(beside)])(text).replace(WORD, (word) =>
      word.length >= SECRET_CHARS_MIN && beside.includes(word) ? '***' : word,
    ),
  );
}
