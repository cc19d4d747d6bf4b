/**
 * What a runner of GitHub Actions takes for a command in a line of a step's log: `::name key=value,…::data` where the
 * line begins, white space aside, or `##[name key=value;…]data` anywhere in it.
 */
export type RunnerCommand = {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
};

const NAMES = new Set([
  'error',
  'warning',
  'notice',
  'debug',
  'group',
  'endgroup',
  'echo',
  'add-mask',
  'stop-commands',
  'set-env',
  'add-path',
  'set-output',
  'save-state',
  'add-matcher',
  'remove-matcher',
]);

const FIRST_FORM = /^\s*::(.*?)::(.*)$/s;
const SECOND_FORM = /##\[([^\]]*)\](.*)$/s;

export function readRunnerCommand(line: string): RunnerCommand | null {
  const first = FIRST_FORM.exec(line);
  const command = first === null ? null : toCommand(first, ',', unescapeProperty);
  if (command !== null) return command;
  const second = SECOND_FORM.exec(line);
  return second === null ? null : toCommand(second, ';', unescapeData);
}

function toCommand(
  [, info = '', data = '']: readonly string[],
  separator: string,
  unescape: (text: string) => string,
): RunnerCommand | null {
  const space = info.indexOf(' ');
  const name = space < 0 ? info : info.slice(0, space);
  if (!NAMES.has(name)) return null;
  const pairs = space < 0 ? [] : info.slice(space + 1).split(separator);
  const properties = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, at).trim(), unescape(pair.slice(at + 1))] as const;
  });
  return { name, properties: Object.fromEntries(properties), data: unescapeData(data) };
}

function unescapeData(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function unescapeProperty(text: string): string {
  const punctuated = text.replaceAll('%3A', ':').replaceAll('%2C', ',');
  return unescapeData(punctuated);
}
