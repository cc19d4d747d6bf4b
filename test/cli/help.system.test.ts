import { describe, expect, test } from 'vitest';
import { CODES } from '../../src/cli/explain/codes.ts';
import { breakwater } from '../kit/command.ts';
import { listCommands, nameOf, openParser } from '../kit/parser.ts';
import { readTyped } from '../kit/typed.ts';

const { program, parse, helpOf } = openParser();
const commands = listCommands(program).map((command) => [nameOf(command), command] as const);

/** The lines below `Examples:`, those that are continued as one. */
function examplesOf(help: string): readonly string[] {
  const [, examples = ''] = help.split('\nExamples:\n');
  return examples
    .replace(/ \\\n +/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.replace(/^ {2}\$ /, ''));
}

describe.each(commands)('the help of %s', (name, command) => {
  const help = helpOf(command);

  test('has an example of the command itself, and the parser takes every one of them', async () => {
    const examples = examplesOf(help);
    const calls = await readTyped(examples);
    expect(calls).toHaveLength(examples.length);
    for (const words of calls) parse(words);
    expect(calls.filter((words) => words.join(' ').startsWith(name))).not.toEqual([]);
  });

  test('fits a terminal of 80 columns', () => {
    expect(help.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  test('says which flags have to be given, and not of each other one that it is off', () => {
    expect(help).not.toContain('default: false');
    const required = command.options.filter(({ mandatory }) => mandatory);
    expect(help.replace(/\s+/g, ' ').split('(required)')).toHaveLength(required.length + 1);
  });

  test('says of the command, and of each argument and flag, what it is', () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/);
    expect(command.summary()).toMatch(/^[A-Z].*[^.]$/);
    for (const { description } of [...command.options, ...command.registeredArguments])
      expect(description).not.toBe('');
  });
});

test('a line that the parser does not take is not taken here either', async () => {
  const [words = []] = await readTyped(['breakwater plan rollout.yaml --device "a b"']);
  expect(words).toEqual(['plan', 'rollout.yaml', '--device', 'a b']);
  expect(() => {
    parse(words);
  }).toThrow('--devices');
  expect(() => {
    parse(['plan']);
  }).toThrow("missing required argument 'plan'");
});

test('what the explanations say to type, the parser takes', async () => {
  // A placeholder where the reason should be is refused.
  const lines = CODES.flatMap(({ explanation }) => explanation.commands ?? []).map((line) =>
    line.replace('--reason TEXT', '--reason "the site is back"'),
  );
  const calls = await readTyped(lines);
  expect(calls).toHaveLength(lines.length);
  for (const words of calls) parse(words);
});

describe('what is nearest is told', () => {
  test.each([
    ['of a command', ['statsu'], 'Did you mean status?'],
    ['of a command within a command', ['artifact', 'uplaod', 'x'], 'Did you mean upload?'],
    ['of a flag', ['run', 'plan.yaml', '--simulat'], 'Did you mean --simulate?'],
    [
      'of a flag that is short of a word',
      ['run', 'plan.yaml', '--wait-lok', '1m'],
      'Did you mean --wait-lock?',
    ],
    ['of a flag of every command', ['status', '--no-colour'], 'Did you mean --no-color?'],
    [
      'of a flag within a command within a command',
      ['artifact', 'upload', 'x', '--regoin', 'us'],
      '--region?',
    ],
    ['of what a flag may be', ['run', 'plan.yaml', '--progress', 'plian'], 'Did you mean plain?'],
    ['of the same in one word', ['plan', 'plan.yaml', '--format=jsno'], 'Did you mean json?'],
    ['of a format', ['report', 'x', '--format', 'markdwon'], 'Did you mean markdown?'],
    [
      'of the only thing that a flag may be',
      ['rollback', 'x', '--only', 'succeded'],
      'Did you mean succeeded?',
    ],
    [
      'of what a flag may be, within a command within a command',
      ['artifact', 'upload', 'x', '--region', 'eur'],
      'Did you mean eu?',
    ],
    ['of what an argument may be', ['schema', 'prevew'], 'Did you mean preview?'],
    ['of a shell', ['completion', 'bsh'], 'Did you mean bash?'],
    ['of a code', ['explain', 'gate-faild'], 'Did you mean gate-failed?'],
  ])('%s: %j', async (_, args, hint) => {
    const { exitCode, stdout, stderr } = await breakwater(args);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toMatch(/^breakwater: /);
    expect(stderr).toContain(hint);
  });

  test('and nothing is guessed where nothing is near', async () => {
    const { exitCode, stderr } = await breakwater(['artifact', 'upload', 'x', '--region', 'antarctica']);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('one of us, eu');
    expect(stderr).not.toContain('Did you mean');
  });
});
