/** What a command prints on a terminal with colours, as an SVG. */
import { openSandbox } from './sandbox.ts';

/** What the picture in README.md shows, and where it is kept. */
export const PICTURE = 'docs/terminal.svg';

const COMMAND =
  'breakwater run examples/halts/rollout.yaml --simulate examples/scenarios/bad-artifact.yaml --state rollouts';

/** Of the output; the beginning is progress. */
const FROM = /^[^ ]*✖/;
const UNTIL = /Deployments/;

export async function drawPicture(): Promise<string> {
  const sandbox = openSandbox();
  try {
    const where = { folder: '.', env: { FORCE_COLOR: '1', NO_COLOR: '' } };
    const { output } = await sandbox.type(COMMAND, where);
    const all = output.split('\n');
    const from = all.findIndex((line) => FROM.test(line));
    const until = all.findIndex((line, index) => index > from && UNTIL.test(line));
    if (from === -1 || until === -1) throw new Error(`there is no halt to draw in:\n${output}`);
    return drawTerminal([`$ ${COMMAND}`, '', ...all.slice(from, until)]);
  } finally {
    sandbox.remove();
  }
}

const CHAR_WIDTH = 8.4;
const LINE_HEIGHT = 19;
const PADDING = 16;

/** By the number of an SGR sequence. */
const STYLES: Readonly<Record<string, string>> = {
  '1': 'font-weight="700"',
  '2': 'fill="#8b949e"',
  '31': 'fill="#ff7b72"',
  '32': 'fill="#7ee787"',
  '33': 'fill="#e3b341"',
  '36': 'fill="#79c0ff"',
};

function drawTerminal(lines: readonly string[]): string {
  const widest = Math.max(...lines.map((line) => bare(line).length));
  const width = Math.ceil(widest * CHAR_WIDTH) + 2 * PADDING;
  const height = lines.length * LINE_HEIGHT + 2 * PADDING;
  const rows = lines.map((line, index) => {
    const y = PADDING + (index + 1) * LINE_HEIGHT - 5;
    return `  <text x="${PADDING}" y="${y}" xml:space="preserve">${drawLine(line)}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="14" fill="#e6edf3">
  <title>A rollout that has halted, in a terminal</title>
  <rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('')}</svg>
`;
}

const SEQUENCE = /\u001b\[([0-9;]*)m/;

function drawLine(line: string): string {
  const [first = '', ...parts] = line.split(SEQUENCE);
  let on: readonly string[] = [];
  let drawn = escape(first);
  for (let at = 0; at < parts.length; at += 2) {
    const code = parts[at] ?? '';
    on = STYLES[code] === undefined ? on.filter((other) => !endedBy(code, other)) : [...on, code];
    const text = parts[at + 1] ?? '';
    if (text === '') continue;
    const style = on.map((one) => STYLES[one]).join(' ');
    drawn += style === '' ? escape(text) : `<tspan ${style}>${escape(text)}</tspan>`;
  }
  return drawn;
}

/** 22 ends bold and faint, 39 a colour, 0 all. */
function endedBy(code: string, other: string): boolean {
  if (code === '22') return other === '1' || other === '2';
  return code === '39' ? Number(other) > 2 : true;
}

function bare(line: string): string {
  return line
    .split(SEQUENCE)
    .filter((_, index) => index % 2 === 0)
    .join('');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
