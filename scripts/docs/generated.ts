/**
 * The parts of a page that are made from the code: each stands between `<!-- generated: NAME -->` and
 * `<!-- end of generated -->`.
 */
import { CODES } from '../../src/cli/explain/codes.ts';
import type { Kind } from '../../src/cli/explain/codes.ts';
import { SCHEMAS } from '../../src/cli/schema-names.ts';
import { COMMANDS } from './program.ts';
import { listKeys, readSchema } from './schema-keys.ts';
import type { KeyRow } from './schema-keys.ts';

const PART = /^<!-- generated: ([\w-]+) -->\n[^]*?^<!-- end of generated -->$/gm;

/** Throws for a name that there is not. */
export function rewriteGenerated(markdown: string): string {
  return markdown.replace(PART, (_, name: string) => {
    const generate = GENERATORS[name];
    if (generate === undefined) throw new Error(`there is no generator ${name}`);
    return `<!-- generated: ${name} -->\n\n${generate()}\n<!-- end of generated -->`;
  });
}

/** What a person has written of a page. */
export function withoutGenerated(markdown: string): string {
  return markdown.replace(PART, '');
}

const PLAN_KEYS = listKeys(readSchema('rollout-plan'));

/** Written by hand, with more columns. */
const TOLD_ELSEWHERE: readonly Kind[] = ['exit-code', 'occasion'];

const KINDS = [...new Set(CODES.map(({ kind }) => kind))].filter((kind) => !TOLD_ELSEWHERE.includes(kind));

export const GENERATORS: Readonly<Record<string, () => string>> = {
  'plan-keys': () => tableOfKeys(PLAN_KEYS.filter(({ key }) => isOfPlan(key))),
  'wave-keys': () => tableOfKeys(PLAN_KEYS.filter(({ key }) => isOfWave(key))),
  'command-keys': () =>
    tableOfKeys(
      PLAN_KEYS.filter(({ key }) => COMMAND_KEYS.test(key)).map((row) => ({
        ...row,
        key: row.key.replace(COMMAND_KEYS, ''),
      })),
    ),
  'settings-keys': () => tableOfKeys(listKeys(readSchema('settings'))),
  commands: () =>
    COMMANDS.filter(({ name }) => isPublic(name))
      .map(describeCommand)
      .join('\n'),
  ...Object.fromEntries(KINDS.map((kind) => [kind, () => listCodes(kind)])),
  schemas: () => `${SCHEMAS.map((name) => `\`${name}\``).join(', ')}\n`,
};

/** The keys of a wave and of a command have tables of their own; `defaults` has those of a wave. */
function isOfPlan(key: string): boolean {
  return !isOfWave(key) && !key.startsWith('defaults.') && !/^hooks\..*\./.test(key);
}

function isOfWave(key: string): boolean {
  return key.startsWith('waves[].');
}

/** Every hook takes the same ones. */
const COMMAND_KEYS = /^hooks\.beforeRollout\./;

function isPublic(name: string): boolean {
  return name !== 'help' && !name.startsWith('__');
}

function tableOfKeys(rows: readonly KeyRow[]): string {
  return renderTable(
    ['key', 'meaning', 'default'],
    rows.map(({ key, description, unlessGiven }) => [
      `\`${key}\``,
      description,
      unlessGiven === null ? '' : `\`${unlessGiven}\``,
    ]),
  );
}

function describeCommand({ name, command }: (typeof COMMANDS)[number]): string {
  const flags = command.options.filter(({ hidden, long }) => !hidden && long !== '--no-color');
  return [
    `### \`breakwater ${`${name} ${command.usage()}`.replace(' [options]', '').trim()}\`\n`,
    `${command.description()}\n`,
    ...(flags.length === 0
      ? []
      : [
          renderTable(
            ['flag', 'meaning'],
            flags.map((flag) => [`\`${flag.flags}\``, flag.description]),
          ),
        ]),
  ].join('\n');
}

function listCodes(kind: Kind): string {
  return renderTable(
    ['code', 'meaning'],
    CODES.filter((one) => one.kind === kind).map(({ code, explanation }) => [
      `\`${code}\``,
      explanation.meaning,
    ]),
  );
}

function renderTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [titles, titles.map(() => '---'), ...rows.map((cells) => cells.map(escapeCell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |\n`).join('');
}

/** A line is one row, and a bar in a cell would end it. */
function escapeCell(text: string): string {
  return text
    .replace(/\s*\n\s*/g, ' ')
    .replace(/(?<!\\)\|/g, '\\|')
    .replace(/<(?=\w)/g, '&lt;');
}
