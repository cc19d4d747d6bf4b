/** The few colours of Breakwater's text. Whether there are any is decided once, where the stream is known. */

export type Colours = Readonly<
  Record<'red' | 'green' | 'yellow' | 'cyan' | 'bold' | 'dim', (text: string) => string>
>;

/** Functions that colour text, or with `isOn` false leave it as it is. */
export function colourOf(isOn: boolean): Colours {
  const paint = (on: number, off: number) => (text: string) =>
    isOn && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  return {
    red: paint(31, 39),
    green: paint(32, 39),
    yellow: paint(33, 39),
    cyan: paint(36, 39),
    bold: paint(1, 22),
    dim: paint(2, 22),
  };
}
