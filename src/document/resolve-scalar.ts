/**
 * What an unquoted YAML scalar is, by the core schema of YAML 1.2: `yes`, `on` and `2024-01-01` are text; `010` is ten,
 * `0x1F` thirty-one. The parser is told to leave all scalars as text, so that text stays text where it is wanted.
 */
export type ScalarValue = string | number | boolean | null;

const NULL = /^(?:null|Null|NULL|~|)$/;
const TRUE = /^(?:true|True|TRUE)$/;
const FALSE = /^(?:false|False|FALSE)$/;
const INTEGER = /^[-+]?[0-9]+$/;
const RADIX = /^0(?:o[0-7]+|x[0-9a-fA-F]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const INFINITE = /^[-+]?\.(?:inf|Inf|INF)$/;
const NOT_A_NUMBER = /^\.(?:nan|NaN|NAN)$/;

/** Any text that is not text starts like this; most text does not. */
const TELLING = /^(?:$|[-+.0-9~nNtTfF])/;

export function resolveScalar(text: string): ScalarValue {
  if (!TELLING.test(text)) return text;
  if (NULL.test(text)) return null;
  if (TRUE.test(text)) return true;
  if (FALSE.test(text)) return false;
  if (INTEGER.test(text) || RADIX.test(text) || FLOAT.test(text)) return Number(text);
  if (INFINITE.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  return NOT_A_NUMBER.test(text) ? NaN : text;
}
