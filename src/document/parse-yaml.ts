/**
 * Parses text to the nodes of one YAML document, with the lexer, parser and composer of the `yaml` package. Limits apply
 * between them: nesting before the composer recurses, tokens before they become nodes, faults before they become objects.
 * Scalars stay text (`resolveScalar` gives their values).
 */
import { Composer, Lexer, Parser, parseAllDocuments } from 'yaml';
import type { CST, ParsedNode } from 'yaml';
import type { Range } from '../findings/source-place.ts';

// Limits for the work that a YAML file can cause.

/** The maximum nesting of lists and mappings. A plan has 6 levels. The recursion of the parser is safe far beyond this. */
export const DEPTH_MAX = 64;

/**
 * The maximum number of scalars and indicators: more than the serials of a plan of 16 MiB. Each scalar takes about 1 KB
 * during parsing, so this limits memory.
 */
export const TOKENS_MAX = 1_000_000;

/** The maximum number of tokens of the lexer, including spaces, comments and line ends. */
const LEXEMES_MAX = 3_000_000;

/** The maximum number of values of all aliases together. Aliases of aliases multiply. */
export const ALIAS_VALUES_MAX = 100_000;

/** After this many syntax errors, the rest of the file is not parsed. */
const SYNTAX_FAULTS_MAX = 100;

/** A syntax error, with the message of the parser. */
export type SyntaxFault = Range & { readonly code: string; readonly message: string };

export type ParsedYaml = {
  /** `null` for a file without a document. */
  readonly root: ParsedNode | null;
  readonly faults: readonly SyntaxFault[];
  readonly tags: readonly Range[];
  /** All but `%YAML 1.2`. */
  readonly directives: readonly Range[];
  /** The start of a second document, which is not parsed. */
  readonly secondDocument: Range | null;
  /** Each `[` or `{` that was still open when block structure continued, and the offset of that point. */
  readonly unclosed: readonly { readonly open: number; readonly at: number }[];
  /** The quote that opens the last quoted scalar. */
  readonly lastQuote: number | null;
};

export type YamlTooMuch = { readonly kind: 'too-deep' | 'too-many-tokens'; readonly at: number };

export function parseYaml(text: string): ParsedYaml | YamlTooMuch {
  const scan = createScan();
  const tokens: CST.Token[] = [];
  const parser = new Parser();
  for (const lexeme of new Lexer().lex(text)) {
    const at = parser.offset;
    for (const token of parser.next(lexeme)) tokens.push(token);
    if (parser.stack.length > DEPTH_MAX + STACK_OVERHEAD) return { kind: 'too-deep', at };
    scanLexeme(scan, lexeme, at);
    if (scan.lexemes > LEXEMES_MAX || scan.tokens > TOKENS_MAX) return { kind: 'too-many-tokens', at };
  }
  for (const token of parser.end()) tokens.push(token);
  return { ...composeFirst(tokens), tags: scan.tags, unclosed: scan.unclosed, lastQuote: scan.lastQuote };
}

/** The parser's stack also holds the document and the scalar at its top. */
const STACK_OVERHEAD = 2;

/** Marks of the lexer: before the text of an unquoted or block scalar, and at the end of an unclosed flow collection. */
const SCALAR_FOLLOWS = '\u001f';
const FLOW_BROKEN = '\u0018';

type Scan = {
  lexemes: number;
  tokens: number;
  isScalarText: boolean;
  lastQuote: number | null;
  readonly open: number[];
  readonly tags: Range[];
  readonly unclosed: { open: number; at: number }[];
};

function createScan(): Scan {
  return { lexemes: 0, tokens: 0, isScalarText: false, lastQuote: null, open: [], tags: [], unclosed: [] };
}

/** Records facts of a token before it becomes part of a node. It runs for each token, so it checks only the first character. */
function scanLexeme(scan: Scan, lexeme: string, at: number): void {
  scan.lexemes++;
  if (scan.isScalarText) {
    scan.isScalarText = false;
    return;
  }
  switch (lexeme[0]) {
    case SCALAR_FOLLOWS:
      scan.isScalarText = true;
      break;
    case ' ':
    case '\n':
    case '\r':
    case '\t':
    case '#':
    case undefined:
      return;
    case '"':
    case "'":
      scan.lastQuote = at;
      break;
    case '[':
    case '{':
      scan.open.push(at);
      break;
    case ']':
    case '}':
      scan.open.pop();
      break;
    case FLOW_BROKEN: {
      const open = scan.open.at(-1);
      if (open !== undefined) scan.unclosed.push({ open, at });
      scan.open.length = 0;
      break;
    }
    case '!':
      scan.tags.push({ start: at, end: at + lexeme.length });
      break;
    default:
      break;
  }
  scan.tokens++;
}

type Composed = Pick<ParsedYaml, 'root' | 'faults' | 'directives' | 'secondDocument'>;

function composeFirst(tokens: readonly CST.Token[]): Composed {
  const faults: SyntaxFault[] = [];
  const directives: Range[] = [];
  const composer = createComposer(faults);
  let root: ParsedNode | null = null;
  let documents = 0;
  let secondDocument: Range | null = null;
  try {
    for (const token of tokens) {
      if (token.type === 'error') {
        noteFault(faults, { ...rangeOf(token), code: 'UNEXPECTED_TOKEN', message: token.message });
        continue;
      }
      if (token.type === 'directive') {
        if (!/^%YAML[ \t]+1\.2[ \t]*$/.test(token.source)) directives.push(rangeOf(token));
      }
      if (token.type === 'document' && ++documents > 1) {
        secondDocument = { start: token.offset, end: token.offset + '---'.length };
        break;
      }
      for (const document of composer.next(token)) root = document.contents;
    }
    for (const document of composer.end()) root = document.contents;
  } catch (reason) {
    if (!(reason instanceof TooManyFaults)) throw reason;
  }
  return { root, faults, directives, secondDocument };
}

class TooManyFaults extends Error {}

/**
 * A composer that records faults in `faults`. Its own list would contain an error object with a stack for each fault, and
 * there can be millions. The replaced property is private to the package; the test of a file full of brackets checks that it
 * still works.
 */
function createComposer(faults: SyntaxFault[]): Composer {
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, strict: true });
  const onError = (...[source, code, message, isWarning]: FaultArguments): void => {
    if (isWarning !== true) noteFault(faults, { ...rangeOf(source), code, message });
  };
  Object.assign(composer, { onError });
  return composer;
}

type ErrorSource =
  | number
  | readonly [number, number]
  | readonly [number, number, number]
  | { readonly offset: number; readonly source?: string };

type FaultArguments = readonly [source: ErrorSource, code: string, message: string, isWarning?: boolean];

function noteFault(faults: SyntaxFault[], fault: SyntaxFault): void {
  if (faults.length >= SYNTAX_FAULTS_MAX) throw new TooManyFaults();
  faults.push(fault);
}

function rangeOf(source: ErrorSource): Range {
  if (typeof source === 'number') return { start: source, end: source + 1 };
  if ('offset' in source) return { start: source.offset, end: source.offset + (source.source?.length ?? 1) };
  return { start: source[0], end: source[1] };
}

// Whether a YAML text has a key at its top, in any notation. Reading the file later reports what is not allowed.

/** Throws if the text is not YAML, or has more than one document. */
export function hasYamlKey(text: string, key: string): boolean {
  const documents = parseAllDocuments(text, { merge: true, uniqueKeys: false, logLevel: 'silent' });
  const [document, ...others] = 'empty' in documents ? [] : documents;
  if (document === undefined) return false;
  const [error] = document.errors;
  if (error !== undefined) throw error;
  if (others.length > 0) throw new Error('more than one document');
  const value: unknown = document.toJS();
  return typeof value === 'object' && value !== null && key in value;
}
