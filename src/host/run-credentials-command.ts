/**
 * Runs `credentials.command` and reads the API key that it prints. Messages never contain the key, or other output that may be
 * a secret.
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
  /** The last line of `message` says what to do. */
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
      return `timed out after ${renderDuration(timeoutMs)}. It has no terminal, so it cannot ask questions. To allow more time, set \`credentials.timeout\``;
    case 'not-started':
      return `could not be started: ${printable(detail)}`;
    case 'passed':
    case 'failed':
    case 'interrupted':
      return `failed: ${detail}`;
  }
}

function describePrinted(
  read: Exclude<PrintedCredentials, { readonly kind: 'read' }>,
  bytes: number,
): string {
  switch (read.kind) {
    case 'not-json':
      return bytes === 0 ? `printed nothing. ${WANTED}` : `printed text that is not JSON. ${WANTED}`;
    case 'no-object':
      return `printed JSON that is not an object. ${WANTED}`;
    case 'missing':
      return `did not print ${enumerate(read.names)}. ${WANTED}`;
    case 'malformed':
      return `printed an invalid value for ${enumerate(read.names)}: not text, or with white space, quotes or control characters. ${WANTED}`;
  }
}

const WANTED = 'Expected one JSON object on stdout: {"ALLXON_API_KEY_ID": "…", "ALLXON_API_SECRET": "…"}';

/** The last lines of its output, printable and indented, so that logs and terminals find no command in them. */
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
    ? `Run the command in ${printable(folder)} to see more`
    : `Correct ${printable(path)}`;
  return [
    `no API key: ${who} ${what}`,
    ...excerpt,
    `${next}, or set ALLXON_API_KEY_ID and ALLXON_API_SECRET instead.`,
  ].join('\n');
}

type SecretsBeside = {
  /** Words of this text are masked, in any spelling. */
  readonly beside: string;
  /** Values of variables with the name of a secret are masked too. */
  readonly env: Readonly<Record<string, string | undefined>>;
};

/** Shorter words are ordinary text, and masking them would break other words. */
const SECRET_CHARS_MIN = 8;

/** Every string of a JSON object, or of text like JSON, without escapes: each may be the secret. */
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

/** A run of letters, digits and Base64 characters. */
const WORD = /[\w+/-]+/g;

/** Masks anything in an error message that may be a secret. It rather masks too much than too little. */
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
