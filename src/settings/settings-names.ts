/** What a settings file may be called, and what people call it besides. */
import { hasYamlKey } from '../document/parse-yaml.ts';

/** In a folder, and in the order in which they are looked for. */
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

/** Those that hold much else, and settings only under a key. */
export const PACKAGE_FILES: ReadonlySet<string> = new Set(['package.json', 'package.yaml']);

const STEM = /^(?:\.?breakwater[._-]?(?:rc|config|settings)|\.breakwater)$/;
const STEM_IN_CONFIG = /^\.?breakwater(?:[._-]?(?:rc|config|settings))?$/;
const ENDING = /(?:\.(?:ya?ml|jsonc?|json5|hjson|[cm]?[jt]s|toml|ini|cfg|conf|properties|env|xml|txt))+$/;

/** For a name that is meant for a settings file and is not read: the one to give it; else `null`. `place` may be in `.config`. */
export function nameInstead(place: string): string | null {
  if (SEARCH_PLACES.includes(place)) return null;
  const isInConfig = place.startsWith('.config/');
  const name = place.slice(isInConfig ? '.config/'.length : 0).toLowerCase();
  const ending = ENDING.exec(name)?.[0] ?? '';
  const stem = name.slice(0, name.length - ending.length);
  // `.breakwater` itself is where rollouts are kept on record.
  if (stem === '.breakwater' && ending === '') return null;
  if (!(isInConfig ? STEM_IN_CONFIG : STEM).test(stem)) return null;
  const read = isInConfig ? '.config/breakwaterrc' : stem === 'breakwater.config' ? stem : '.breakwaterrc';
  const known = `${read}${ending}`;
  return SEARCH_PLACES.includes(known) ? known : `${read}.yaml`;
}

/** Whether a package's file has a key for us, or that cannot be told. */
export function mayHaveSettings(name: string, text: string): boolean {
  try {
    if (name === 'package.yaml') return hasYamlKey(text, 'breakwater');
    const value: unknown = JSON.parse(withoutMark(text));
    return typeof value === 'object' && value !== null && 'breakwater' in value;
  } catch {
    return true;
  }
}

/** As npm skips it. */
function withoutMark(text: string): string {
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}
