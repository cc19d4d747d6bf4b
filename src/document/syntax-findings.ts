/**
 * Explains faults of the parser to the author of the file. For a missing bracket or quote, the parser reports a place far
 * from the mistake, so the finding points to the bracket or quote that is not closed. One mistake can cause several faults,
 * so only the first fault of a line is kept.
 */
import { printable } from '../base/text.ts';
import type { Range, SourceFile } from '../findings/source-place.ts';
import { makeError } from '../findings/findings.ts';
import { quote } from '../findings/sentence.ts';
import type { ParsedYaml, SyntaxFault } from './parse-yaml.ts';
import type { Diagnostic } from '../findings/catalogue.ts';

export function describeFaults({ path, text }: SourceFile, parsed: ParsedYaml): readonly Diagnostic[] {
  if (parsed.faults.length === 0) return [];
  const conflict = CONFLICT_MARKER.exec(text);
  const mistakes: readonly Mistake[] =
    conflict === null ? keepTelling(text, parsed) : [mergeConflict(conflict.index, conflict[0])];
  return mistakes.map(({ range, problem, advice }) =>
    makeError({
      code: 'yaml-syntax',
      place: { path, range },
      facts: { problem, advice },
    }),
  );
}

type Mistake = {
  readonly range: Range;
  readonly problem: string;
  readonly advice: string | null;
};

const CONFLICT_MARKER = /^(?:<{7}|>{7})(?= |$)/m;

function mergeConflict(start: number, marker: string): Mistake {
  return {
    range: { start, end: start + marker.length },
    problem: 'this is a merge conflict marker',
    advice: 'resolve the conflict and remove the lines with `<<<<<<<`, `=======` and `>>>>>>>`',
  };
}

/** The first fault of each line, up to the first one that makes the rest meaningless. */
function keepTelling(text: string, parsed: ParsedYaml): readonly Mistake[] {
  const mistakes: Mistake[] = [];
  let lastLine = -1;
  for (const fault of parsed.faults.toSorted((a, b) => a.start - b.start)) {
    const lineStart = text.lastIndexOf('\n', fault.start - 1) + 1;
    const unclosed = describeUnclosed(fault, text, parsed);
    if (unclosed !== null) return [...mistakes, unclosed];
    if (lineStart !== lastLine)
      mistakes.push({ range: skipIndent(fault, text), ...describeFault(fault, text) });
    lastLine = lineStart;
  }
  return mistakes;
}

/** A fault of indentation is shown at the first character of the line's text. */
function skipIndent({ code, start, end }: SyntaxFault, text: string): Range {
  const indent =
    code === 'TAB_AS_INDENT' ? 0 : (/^ */.exec(text.slice(start, lineEnd(text, start)))?.[0].length ?? 0);
  return { start: start + indent, end: Math.max(end, start + indent + 1) };
}

function describeUnclosed(
  fault: SyntaxFault,
  text: string,
  { unclosed, lastQuote }: ParsedYaml,
): Mistake | null {
  if (fault.code === 'MISSING_CHAR' && fault.message.startsWith('Missing closing') && lastQuote !== null) {
    return {
      range: { start: lastQuote, end: lastQuote + 1 },
      problem: 'this quote is not closed',
      advice: `end the text with ${text[lastQuote] ?? 'a quote'}`,
    };
  }
  const broken = unclosed.find(({ at }) => fault.start <= at && at <= fault.end);
  if (broken === undefined) return null;
  const bracket = text[broken.open] === '{' ? '}' : ']';
  return {
    range: { start: broken.open, end: broken.open + 1 },
    problem: `this \`${text[broken.open] ?? ''}\` is not closed`,
    advice: `write \`${bracket}\` at the end of the ${bracket === '}' ? 'mapping' : 'list'}; indent its lines deeper than its key`,
  };
}

type Words = Pick<Mistake, 'problem' | 'advice'>;

const WRONG_INDENT: Words = {
  problem: 'the indentation of this line matches no line before it',
  advice: 'start all keys of a mapping, and all entries of a list, in the same column',
};

function describeFault({ code, message, start, end }: SyntaxFault, text: string): Words {
  const line = text.slice(start, lineEnd(text, start));
  switch (code) {
    case 'TAB_AS_INDENT':
      return { problem: 'this line is indented with a tab', advice: 'indent with spaces' };
    case 'MULTILINE_IMPLICIT_KEY':
      return describeLineWithoutColon(line);
    case 'BLOCK_AS_IMPLICIT_KEY':
      if (line.startsWith(' ')) return WRONG_INDENT;
      return line.includes(': ') || line.endsWith(':')
        ? { problem: 'this value contains a second `: `', advice: 'put the value in quotes' }
        : {
            problem: 'the next line is indented deeper than this key',
            advice: 'align the next line with this key',
          };
    case 'BAD_INDENT':
      return WRONG_INDENT;
    case 'BAD_DQ_ESCAPE':
      return {
        problem: `${quote(text.slice(start, end + 1))} is not an escape in YAML`,
        advice: "write `\\\\` for a backslash, or put the text in single quotes (')",
      };
    case 'BAD_SCALAR_START':
      return {
        problem: `a value must not start with ${quote(text[start] ?? '')}`,
        advice: 'put the value in quotes',
      };
    case 'BAD_ALIAS':
      return {
        problem: `${quote(text[start] ?? '')} must be followed by a name`,
        advice: 'if it is text, put it in quotes',
      };
    case 'BLOCK_IN_FLOW':
      return { problem: 'a comma is missing before this entry', advice: 'separate entries with commas' };
    case 'KEY_OVER_1024_CHARS':
      return { problem: 'this key is longer than 1,024 characters', advice: null };
    case 'MISSING_CHAR':
      return describeMissing(message);
    case 'UNEXPECTED_TOKEN':
      return describeUnexpected({ message, start, end }, text);
    default:
      return { problem: `this is not YAML: ${inOwnWords(message)}`, advice: null };
  }
}

function describeLineWithoutColon(line: string): Words {
  if (/^[^\s:]+:\u00a0/.test(line)) {
    return { problem: 'a no-break space follows the colon', advice: 'replace it with an ordinary space' };
  }
  return /^["']?[\w-]+["']?:\S/.test(line)
    ? { problem: 'a space is missing after the colon', advice: 'write `key: value`' }
    : {
        problem: 'this line has no `: `',
        advice: 'write `key: value`; if the text continues from the line before, indent it deeper',
      };
}

function describeMissing(message: string): Words {
  if (message.startsWith('Sequence item')) {
    return {
      problem: 'this line does not belong to an entry of the list',
      advice: 'indent it like the key above it, or start it with `- `',
    };
  }
  if (message.startsWith('Comments must')) {
    return {
      problem: 'a space is missing before the comment',
      advice: 'add a space before `#`, or put the text in quotes',
    };
  }
  if (message.startsWith('Implicit map keys')) {
    return { problem: 'this key has no `:`', advice: 'write `key: value`' };
  }
  return { problem: `this is not YAML: ${inOwnWords(message)}`, advice: null };
}

function describeUnexpected({ message, start, end }: Omit<SyntaxFault, 'code'>, text: string): Words {
  const found = text.slice(start, end);
  const bracket = /[\]}]/.exec(found)?.[0];
  if (
    bracket !== undefined &&
    (message.startsWith('Unexpected flow-') || message.includes('in YAML stream'))
  ) {
    return {
      problem: `this \`${bracket}\` has no opening bracket`,
      advice: 'remove it, or add the opening bracket',
    };
  }
  if (message.startsWith('Unexpected ,')) {
    return { problem: 'an entry is missing before this comma', advice: 'remove the comma' };
  }
  if (message.endsWith('at node end')) {
    return { problem: 'the value ends before this text', advice: 'put the whole text in quotes' };
  }
  const before = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  if (message.startsWith('Block scalar header') || /[|>][-+0-9]* *$/.test(before)) {
    return {
      problem: 'text is not allowed after `|` or `>` on the same line',
      advice: 'move the text to the next line, or put the value in quotes',
    };
  }
  return { problem: 'this text is not expected here', advice: null };
}

function lineEnd(text: string, start: number): number {
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** The parser's message, for use in a sentence. It may repeat text of the file. */
function inOwnWords(message: string): string {
  return printable(`${message.charAt(0).toLowerCase()}${message.slice(1, WORDS_CHARS_MAX)}`);
}

const WORDS_CHARS_MAX = 160;
