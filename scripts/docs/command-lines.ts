/** What a Markdown document tells its reader to type. */
import { readBlocks } from './blocks.ts';
import type { Block } from './blocks.ts';

/** `words` as the shell would pass them on, `breakwater` first. */
export type CommandLine = { readonly text: string; readonly words: readonly string[] };

/** Every `breakwater` in the blocks for a shell, wherever it stands in its line. */
export function readTypedLines(markdown: string): readonly CommandLine[] {
  return readBlocks(markdown).flatMap(shellLinesOf).flatMap(readCommandLines);
}

/** Code within a line of text, as it stands there. */
export function readInlineCode(markdown: string): readonly string[] {
  const prose = markdown.replace(/^```[^]*?^```$/gm, '');
  return [...prose.matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code.replaceAll('\\|', '|'));
}

export function readCommandLines(shell: string): readonly CommandLine[] {
  return splitCommands(shell).flatMap((words) => {
    const [first, second] = words;
    const rest = first === 'npx' && second === 'breakwater' ? words.slice(1) : words;
    return rest[0] === 'breakwater' ? [{ text: shell.trim(), words: rest }] : [];
  });
}

function shellLinesOf({ language, text }: Block): readonly string[] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  if (language === 'sh') return lines;
  if (language !== 'console') return [];
  return lines.flatMap((line) => (line.startsWith('$ ') ? [line.slice(2)] : []));
}

/** Words in quotes, plain words, and what ends a command: as much of a shell's grammar as a README needs. */
const TOKEN =
  /'([^']*)'|"([^"]*)"|(\s#.*$|^#.*$)|(&&|\|\||[|;()]|<\(|>>?\s*\S+|[12]>&[12])|([^\s'"|;()&>]+)/g;

function splitCommands(line: string): readonly (readonly string[])[] {
  const commands: string[][] = [[]];
  for (const [, single, double, comment, operator, plain] of line.matchAll(TOKEN)) {
    if (comment !== undefined) break;
    if (operator !== undefined) commands.push([]);
    else commands.at(-1)?.push(single ?? double ?? plain ?? '');
  }
  return commands;
}
