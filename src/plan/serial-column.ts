/** The column of a table that holds the serials. */

/** Taken before all others, the first that there is. */
const EXACT_NAMES = ['serial', 'sn', 'device_sn'] as const;

/** Other spellings of the same, as `simplify` leaves them. */
const NAMES: ReadonlySet<string> = new Set(
  ['', 'device'].flatMap((owner) =>
    [
      'serial',
      'serials',
      'serialnumber',
      'serialnumbers',
      'serialno',
      'serialnr',
      'serialnum',
      'serialid',
      'sn',
    ].map((name) => `${owner}${name}`),
  ),
);

export type ColumnChoice =
  | { readonly kind: 'found'; readonly index: number }
  /** The header has that name more than once. */
  | { readonly kind: 'repeated'; readonly name: string }
  | { readonly kind: 'several'; readonly names: readonly string[] }
  | { readonly kind: 'none' };

/** `wanted` is the column that the plan names, or `null`. */
export function chooseSerialColumn(header: readonly string[], wanted: string | null): ColumnChoice {
  const columns = header.map((name) => name.trim());
  const exact = namesOf(wanted).find((name) => columns.includes(name));
  if (exact !== undefined) {
    const index = columns.indexOf(exact);
    return index === columns.lastIndexOf(exact)
      ? { kind: 'found', index }
      : { kind: 'repeated', name: exact };
  }
  const isMeant = wanted === null ? isSerialName : (name: string) => isSpeltLike(name, wanted);
  const meant = columns.flatMap((name, index) => (isMeant(name) ? [{ name, index }] : []));
  const [first, ...others] = meant;
  if (first === undefined) return { kind: 'none' };
  if (others.length === 0) return { kind: 'found', index: first.index };
  return others.every(({ name }) => name === first.name)
    ? { kind: 'repeated', name: first.name }
    : { kind: 'several', names: meant.map(({ name }) => name) };
}

/** The names that are looked for first. */
export function namesOf(wanted: string | null): readonly string[] {
  return wanted === null ? EXACT_NAMES : [wanted];
}

export function isSerialName(name: string): boolean {
  return name.length <= NAME_CHARS_MAX && NAMES.has(simplify(name));
}

const NAME_CHARS_MAX = 40;

function isSpeltLike(name: string, wanted: string): boolean {
  const simple = simplify(wanted);
  return simple !== '' && simplify(name) === simple;
}

/** Without case, spaces, what is not seen, and the signs that names are joined with. Tabs may separate columns. */
function simplify(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replace(/(?:[^\S\t]|[\p{Cf}_./#:()-])+/gu, '');
}
