/** Holds texts for users against the rules of plain English: standard verbs, no idioms, short sentences. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CODES } from '../src/cli/explain/codes.ts';
import { HELP } from '../src/cli/help.ts';
import { OUTCOME_NAMES, OUTCOMES } from '../src/views/tables/outcomes.ts';
import { ROOT } from './kit/command.ts';
import { listCommands, nameOf, openParser } from './kit/parser.ts';

type Text = { readonly where: string; readonly text: string };

const { program } = openParser();
const commands = listCommands(program);

/** Help of commands: summaries, descriptions, arguments and flags. */
function listHelp(): readonly Text[] {
  return [
    { where: 'breakwater', text: HELP.program.description.replace(/^Exit codes:.*$/m, '') },
    ...commands.flatMap((command) => [
      { where: nameOf(command), text: command.summary() },
      { where: nameOf(command), text: command.description() },
      ...[...command.options, ...command.registeredArguments].map(({ description }) => ({
        where: nameOf(command),
        text: description,
      })),
    ]),
  ];
}

function read(...path: readonly string[]): Text {
  return { where: path.join('/'), text: readFileSync(join(ROOT, ...path), 'utf8') };
}

function listFiles(folder: string, ending: string): readonly Text[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith(ending))
    .map((path) => read(folder, path));
}

/** Every `description` and `errorMessage` of the schemas. */
function listSchemaTexts(): readonly Text[] {
  return listFiles('schemas/source', '.json').flatMap(({ where, text }) => {
    const texts: string[] = [];
    JSON.parse(text, (key, value: unknown) => {
      if (['description', 'errorMessage'].includes(key) && typeof value === 'string') texts.push(value);
      return value;
    });
    return texts.map((one) => ({ where, text: one }));
  });
}

function listExplanations(): readonly Text[] {
  return CODES.flatMap(({ code, explanation: { meaning, why, next } }) =>
    [meaning, why, next].map((text) => ({ where: code, text })),
  );
}

function readUnreleased(): Text {
  const { where, text } = read('CHANGELOG.md');
  return { where, text: /\n## Unreleased\n([^]*?)(?=\n## |$)/.exec(text)?.[1] ?? '' };
}

const SOURCES = {
  help: listHelp,
  'exit codes': () => OUTCOME_NAMES.map((name) => ({ where: name, text: OUTCOMES[name].brief })),
  schemas: listSchemaTexts,
  'first plans': () => listFiles('test/plan/golden', '.yaml.txt'),
  examples: () => [
    ...listFiles('examples', '.yaml'),
    ...listFiles('examples', '.yml'),
    read('examples/ci/README.md'),
    read('action.yml'),
  ],
  changelog: () => [readUnreleased()],
  readme: () => [read('README.md')],
  docs: () => listFiles('docs', '.md'),
  explanations: listExplanations,
  findings: () => listFiles('test/fixtures/diagnostics', 'expected.txt'),
  views: () => listFiles('test/views', '.txt').filter(({ where }) => where.includes('golden/')),
} satisfies Record<string, () => readonly Text[]>;

type Source = keyof typeof SOURCES;

/** Idioms, inversions and archaisms, and private words of the code. `\b` is added on both sides. */
const FORBIDDEN = [
  'anew',
  'mend(?:s|ed)?',
  'put right',
  'for good',
  'for ever',
  'all the same',
  '(?:go|goes|gone|going|went) on(?! record)',
  '(?:is|are|was|were|be|been) told',
  'tells? of',
  'whoever',
  'somebody',
  'besides',
  'and the like',
  'their kin',
  'apart by commas',
  'your own word',
  "by the API's word",
  'of which is said',
  'be at it',
  'look after',
  'looked at',
  'gone on with',
  'to its end',
  'brings? (?:a rollout|them|it|rollouts) (?:forward|to)',
  'brought forward',
  '(?:taken|takes?|took) back',
  'taken up',
  'once more',
  'left alone',
  'it needs an answer',
  'obey(?:s|ed)?',
  '(?:is|are) no (?!longer\\b|more\\b)',
  'it has to be said',
  'says? --',
  'where (?:a|the) rollouts? stands?',
  'where it stands',
  'stands? (?:in|beside|there|here|on record)',
  'nothing further',
  'no further',
  'in place of',
  'meanwhile',
  'upon',
  'fates?',
  'upshot',
  'oddit(?:y|ies)',
  'neighbours?',
].map((words) => new RegExp(`\\b${words}(?![\\w-])`, 'giu'));

/** Code, in backticks or in a fence, and URLs are no prose. */
function stripCode(text: string): string {
  return text
    .replaceAll(/^```[^]*?^```/gm, '')
    .replaceAll(/`[^`\n]*`/g, 'CODE')
    .replaceAll(/https?:\S+/g, 'URL');
}

const SOURCE_NAMES = Object.keys(SOURCES) as readonly Source[];

describe.each(SOURCE_NAMES)('%s', (source) => {
  test('contains no forbidden words', () => {
    const texts = SOURCES[source]();
    expect(texts.filter(({ text }) => text !== '').length).toBeGreaterThan(0);
    const found = texts.flatMap(({ where, text }) => {
      const prose = stripCode(text).replaceAll(/\s+/g, ' ');
      return FORBIDDEN.flatMap((words) =>
        [...prose.matchAll(words)].map(
          ({ index }) => `${where}: ${prose.slice(Math.max(0, index - 40), index + 40)}`,
        ),
      );
    });
    expect(found).toEqual([]);
  });
});

/** The verbs with which a summary or a description of a command may begin. */
const VERBS = [
  'Abort',
  'Approve',
  'Check',
  'Continue',
  'Explain',
  'Pause',
  'Print',
  'Rehearse',
  'Report',
  'Resume',
  'Retry',
  'Roll back',
  'Roll out',
  'Serve',
  'Settle',
  'Show',
  'Start',
  'Unlock',
  'Upload',
  'Write',
];

/** More verbs, for flags and arguments. */
const FLAG_VERBS = [
  'Accept',
  'Allow',
  'Archive',
  'Ask',
  'Close',
  'Confirm',
  'Exit',
  'List',
  'Replace',
  'Run',
  'Save',
  'Deploy',
  'Wait',
];

/** The nouns with which other flags and arguments begin. */
const FLAG_NOUNS = [
  'Code',
  'Column',
  'Comma-separated',
  'Deployment',
  'Device',
  'Devices',
  'File',
  'Hours',
  'Id',
  'Name',
  'New',
  'Number',
  'Old',
  'Output',
  'Place',
  'Plan',
  'Port',
  'Progress',
  'Reason',
  'Region',
  'Scenario',
  'Seed',
  'Shell',
  'Size',
  'Speed',
  'Time',
  'UUID',
  'Wave',
];

function beginsWith(words: readonly string[], text: string): boolean {
  return words.some((word) => text.startsWith(`${word} `) || text.startsWith(`${word}:`));
}

describe('the help', () => {
  test('begins the summary and the description of each command with an imperative', () => {
    const texts = [
      { where: 'breakwater', text: HELP.program.description },
      ...commands.flatMap((command) =>
        [command.summary(), command.description()].map((text) => ({ where: nameOf(command), text })),
      ),
    ];
    expect(texts.filter(({ text }) => !beginsWith(VERBS, text))).toEqual([]);
  });

  test('begins each flag and argument with an imperative or a noun phrase', () => {
    const texts = [program, ...commands].flatMap((command) =>
      [...command.options, ...command.registeredArguments].map(({ description }) => ({
        where: nameOf(command),
        text: description,
      })),
    );
    const allowed = [...VERBS, ...FLAG_VERBS, ...FLAG_NOUNS];
    expect(texts.filter(({ text }) => !beginsWith(allowed, text) && !allowed.includes(text))).toEqual([]);
  });
});

const WORDS_MAX = 25;

/** Code in backticks counts as one word. Rows of a table are not sentences. */
function listSentences(text: string): readonly string[] {
  return stripCode(text)
    .split('\n')
    .filter((line) => !line.startsWith('|'))
    .flatMap((line) => line.split(/(?<=[.!?:])\s+/))
    .filter((sentence) => sentence.trim() !== '');
}

describe.each(['help', 'schemas'] as const)('%s', (source) => {
  test(`has no sentence of more than ${WORDS_MAX} words`, () => {
    const long = SOURCES[source]().flatMap(({ where, text }) =>
      listSentences(text)
        .filter((sentence) => sentence.split(/\s+/).filter((word) => /\w/.test(word)).length > WORDS_MAX)
        .map((sentence) => `${basename(where)}: ${sentence}`),
    );
    expect(long).toEqual([]);
  });
});
