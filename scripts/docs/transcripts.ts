/** The transcripts of a document, made anew from real runs of the built command. */
import { readBlocks, replaceBlock } from './blocks.ts';
import type { Block } from './blocks.ts';
import { openSandbox } from './sandbox.ts';
import type { Sandbox, Typed } from './sandbox.ts';
import { parseTranscriptMarker } from './transcript-marker.ts';
import type { TranscriptMarker } from './transcript-marker.ts';

type MadeBlock = Pick<Block, 'line' | 'text'>;

export type Transcript = { readonly block: Block; readonly marker: TranscriptMarker };

export function readTranscripts(markdown: string): readonly Transcript[] {
  return readBlocks(markdown).flatMap((block) => {
    const marker = block.marker === null ? null : parseTranscriptMarker(block.marker);
    return marker === null ? [] : [{ block, marker }];
  });
}

/** A transcript with those that continue it, one after the other. */
export function groupBySandbox(transcripts: readonly Transcript[]): readonly (readonly Transcript[])[] {
  const groups: Transcript[][] = [];
  for (const transcript of transcripts) {
    const group = transcript.marker.continues ? groups.at(-1) : undefined;
    if (group === undefined) groups.push([transcript]);
    else group.push(transcript);
  }
  return groups;
}

/** What each block of the group is to hold. Rejects where a command ends otherwise than its marker says. */
export async function runGroup(group: readonly Transcript[]): Promise<readonly MadeBlock[]> {
  const sandbox = openSandbox();
  const made: MadeBlock[] = [];
  try {
    for (const transcript of group) {
      made.push({ line: transcript.block.line, text: await runTranscript(transcript, sandbox) });
    }
    return made;
  } finally {
    sandbox.remove();
  }
}

export async function rewriteTranscripts(markdown: string): Promise<string> {
  const made: MadeBlock[] = [];
  for (const group of groupBySandbox(readTranscripts(markdown))) made.push(...(await runGroup(group)));
  // From the last one up, so that the lines above stay where they are.
  return made.toReversed().reduce(replaceBlock, markdown);
}

async function runTranscript({ block, marker }: Transcript, sandbox: Sandbox): Promise<string> {
  const where = { folder: marker.folder, env: marker.env };
  for (const command of marker.before) await sandbox.type(command, where);
  const commands = marker.run === null ? readTyped(block.text) : [marker.run];
  const lines: string[] = [];
  let last: Typed | null = null;
  for (const command of commands) {
    last = await sandbox.type(command, where);
    if (marker.run === null) lines.push(`$ ${command}`);
    lines.push(...select(last.output, marker, describePlace(block)));
  }
  if (last?.exitCode !== marker.exitCode) {
    throw new Error(
      `${describePlace(block)}: ended with ${last?.exitCode ?? 'nothing'}, and the marker says ${marker.exitCode}: ${last?.output ?? ''}`,
    );
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** Names a transcript in an error: `line 12 (transcript: exit=1)`. */
function describePlace({ line, marker }: Block): string {
  return `line ${line} (${marker ?? ''})`;
}

/** What stands behind a `$`. */
function readTyped(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

const LEFT_OUT = '[…]';

/** Throws where no line matches `from`, or none after the first that is shown matches `until`. */
function select(output: string, { from, until, omit }: TranscriptMarker, place: string): readonly string[] {
  const all = output === '' ? [] : output.replace(/\n$/, '').split('\n');
  const find = (key: string, pattern: RegExp, start: number) => {
    const at = all.findIndex((line, index) => index >= start && pattern.test(line));
    if (at === -1) throw new Error(`${place}: no line matches ${key}=${pattern.source} in:\n${output}`);
    return at;
  };
  const first = from === null ? 0 : find('from', from, 0);
  const end = until === null ? all.length : find('until', until, first + 1);
  const kept = all.slice(first, end).map((line) => (omit?.test(line) === true ? LEFT_OUT : line));
  const shown = [...(first > 0 ? [LEFT_OUT] : []), ...kept, ...(end < all.length ? [LEFT_OUT] : [])];
  return shown.filter((line, index) => line !== LEFT_OUT || shown[index - 1] !== LEFT_OUT);
}
