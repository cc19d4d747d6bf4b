/** Whether a YAML file of a folder is meant to be a plan, which may have mistakes: those are for the check of plans to tell. */

/** What hardly any other file has at its top. */
const SIGNS = new Set(['region', 'artifact', 'waves', 'fleet', 'rollback', 'whenInDoubt', 'haltGrace']);
/** What many other files have, too. */
const WEAK_SIGNS = new Set(['version', 'name', 'defaults', 'hooks', 'arguments', 'preflight', 'description']);

/** The comment by which editors find the schema. */
const SCHEMA = /^\s*#.*\brollout-plan\.schema\.json/m;

/**
 * Goes by the keys at the top, without a parser: a plan with a fault in its YAML is a plan. Two keys that only plans have are
 * enough, and so is one of them beside two that other files have as well. A file with a `version` and no key that a plan has
 * not is a plan that is only begun: to pass over a plan is worse than to check what is none.
 */
export function looksLikePlan(text: string): boolean {
  // A plan in UTF-16 cannot be read, and is told so.
  const plain = text.replace(/[\0\ufeff]/g, '');
  if (SCHEMA.test(plain)) return true;
  const keys = new Set(topKeysOf(plain));
  const strong = [...keys].filter((key) => SIGNS.has(key)).length;
  const weak = [...keys].filter((key) => WEAK_SIGNS.has(key)).length;
  const isBegun = keys.has('version') && strong + weak === keys.size;
  return strong >= 2 || (strong === 1 && weak >= 2) || isBegun;
}

const NO_CONTENT = /^(?:[ \t]*(?:#.*)?|---.*|%.*)$/;

/** The keys of lines that are indented as the first is; of a file that is one mapping in braces, all keys. */
function topKeysOf(text: string): readonly string[] {
  const lines = text.split(/\r\n?|\n/);
  const first = lines.find((line) => !NO_CONTENT.test(line)) ?? '';
  if (first.trimStart().startsWith('{')) {
    return [...text.matchAll(/["']?([A-Za-z]+)["']?[ \t]*:/g)].map(([, key = '']) => key);
  }
  const indent = /^ */.exec(first)?.[0] ?? '';
  return lines.flatMap((line) => {
    if (!line.startsWith(indent)) return [];
    return /^["']?([^\s"'#:][^"'#:]*?)["']?[ \t]*:/.exec(line.slice(indent.length))?.[1] ?? [];
  });
}
