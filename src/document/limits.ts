/** What bounds the work that any YAML file can cause. */

/** How deep lists and mappings nest. A plan nests 6 deep; the parser's own recursion is safe far beyond this. */
export const DEPTH_MAX = 64;

/**
 * Scalars and indicators: more than a plan of 16 MiB holds as serials. Each scalar takes about a kilobyte while the file
 * is read, so this bounds memory.
 */
export const TOKENS_MAX = 1_000_000;

/** Everything that the lexer tells apart, with spaces, comments and line ends. */
export const LEXEMES_MAX = 3_000_000;

/** How many values aliases may stand for, together: an alias of an alias of an alias multiplies. */
export const ALIAS_VALUES_MAX = 100_000;

/** After so many faults of syntax the rest of the file is not looked at. */
export const SYNTAX_FAULTS_MAX = 100;
