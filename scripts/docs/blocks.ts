/** The fenced blocks of a Markdown document, each with the comment that stands right before it. */

export type Block = {
  /** Of the opening fence, counted from 1. */
  readonly line: number;
  /** What follows the opening fence, as `yaml`. */
  readonly language: string;
  /** The comment's text; `null` without one. */
  readonly marker: string | null;
  /** Each line between the fences with its end. */
  readonly text: string;
};

/** Throws where the last fence is not closed. */
export function readBlocks(markdown: string): readonly Block[] {
  const lines = markdown.split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const opening = /^```(.*)$/.exec(lines[at] ?? '');
    if (opening === null) continue;
    const end = lines.indexOf('```', at + 1);
    if (end === -1) throw new Error(`the fence of line ${at + 1} is not closed`);
    blocks.push({
      line: at + 1,
      language: opening[1] ?? '',
      marker: markerBefore(lines.slice(0, at)),
      text: lines
        .slice(at + 1, end)
        .map((line) => `${line}\n`)
        .join(''),
    });
    at = end;
  }
  return blocks;
}

function markerBefore(lines: readonly string[]): string | null {
  const last = lines.findLast((line) => line !== '') ?? '';
  return /^<!-- (.*) -->$/.exec(last)?.[1] ?? null;
}

/** The same document with other text in that block. */
export function replaceBlock(markdown: string, { line, text }: Pick<Block, 'line' | 'text'>): string {
  const lines = markdown.split('\n');
  const end = lines.indexOf('```', line);
  return [...lines.slice(0, line), ...text.split('\n').slice(0, -1), ...lines.slice(end)].join('\n');
}
