/** The names of settings files, and similar names that are not read. */
import { hasYamlKey } from '../document/parse-yaml.ts';

/** Places in a folder, in the order of the search. */
export const SEARCH_PLACES = [
  'package.json',
  'package.yaml',
  '.breakwaterrc',
  '.breakwaterrc.yaml',
  '.breakwaterrc.yml',
  '.breakwaterrc.json',
  '.config/breakwaterrc',
  '.config/breakwaterrc.yaml',
  '.config/breakwaterrc.yml',
  '.config/breakwaterrc.json',
  'breakwater.config.yaml',
  'breakwater.config.yml',
  'breakwater.config.json',
];

/** Files with other content, and settings only under one key. */
export const PACKAGE_FILES: ReadonlySet<string> = new Set(['package.json', 'package.yaml']);

const STEM = /^(?:\.?breakwater[._-]?(?:rc|config|settings)|\.breakwater)$/;
const STEM_IN_CONFIG = /^\.?breakwater(?:[._-]?(?:rc|config|settings))?$/;
const ENDING = /(?:\.(?:ya?ml|jsonc?|json5|hjson|[cm]?[jt]s|toml|ini|cfg|conf|properties|env|xml|txt))+$/;

/** The right name for a file that looks like a settings file but is not read; else `null`. `place` may be in `.config`. */
export function nameInstead(place: string): string | null {
  if (SEARCH_PLACES.includes(place)) return null;
  const isInConfig = place.startsWith('.config/');
  const name = place.slice(isInConfig ? '.config/'.length : 0).toLowerCase();
  const ending = ENDING.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  // `.breakwater` is the folder of records.
  if (stem === '.breakwater' && ending === '') return null;
  if (!(isInConfig ? STEM_IN_CONFIG : STEM).test(stem)) return null;
  const read = isInConfig ? '.config/breakwaterrc' : stem === 'breakwater.config' ? stem : '.breakwaterrc';
  const known = `${read}${ending}`;
  return SEARCH_PLACES.includes(known) ? known : `${read}.yaml`;
}

/** Whether a package file has our key, or cannot be parsed. */
export function mayHaveSettings(name: string, text: string): boolean {
  try {
    if (name === 'package.yaml') return hasYamlKey(text, 'breakwater');
    const value: unknown = JSON.parse(withoutMark(text));
    return typeof value === 'object' && value !== null && 'breakwater' in value;
  } catch {
    return true;
  }
}

/** Removes a byte order mark, as npm does. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
