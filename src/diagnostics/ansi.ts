/** The few colours of diagnostics. */

export type Paint = Readonly<Record<'bold' | 'red' | 'yellow' | 'cyan' | 'dim', (text: string) => string>>;

const CODES = { bold: [1, 22], red: [31, 39], yellow: [33, 39], cyan: [36, 39], dim: [2, 22] } as const;

/** Paints that colour, or that leave text as it is. */
export function createPaint(colour: boolean): Paint {
  const paint = ([on, off]: readonly [number, number]) => {
    return (text: string): string => (colour && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  };
  return {
    bold: paint(CODES.bold),
    red: paint(CODES.red),
    yellow: paint(CODES.yellow),
    cyan: paint(CODES.cyan),
    dim: paint(CODES.dim),
  };
}
