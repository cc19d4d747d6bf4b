/**
 * What may stand where the cursor is, told from the definitions of the commands themselves: a command or a flag that is
 * added is completed without a word here. What a value is, its placeholder says (`<plan>`); each has to be in `VALUES`.
 */
import type { Argument, Command, Option } from 'commander';
import { present } from '../../base/assert.ts';

export type Candidate = { readonly text: string; readonly about: string };

export type Choice =
  | { readonly kind: 'words'; readonly words: readonly Candidate[] }
  /** With one of these endings; all of them where there is none. */
  | { readonly kind: 'files'; readonly endings: readonly string[] }
  /** Files, unless what is typed begins the name of a rollout on record. */
  | { readonly kind: 'files-or-rollouts'; readonly endings: readonly string[]; readonly typed: string }
  | { readonly kind: 'folders' }
  | { readonly kind: 'codes' }
  /** Commands, and pages of the documentation. */
  | { readonly kind: 'topics' }
  /** `rollout`: the one that was named before, or `null`. */
  | { readonly kind: 'recorded'; readonly what: Recorded; readonly rollout: string | null };

export type Recorded = 'rollouts' | 'waves' | 'deployments' | 'holders';

export type Chosen = {
  readonly choice: Choice;
  /** What stands before the value in the same word: `--out=`, or nothing. */
  readonly prefix: string;
  /** `--state`, where it was given. */
  readonly state: string | null;
};

type Value = Exclude<Choice['kind'], 'files' | 'recorded' | 'words'> | Recorded | 'free' | readonly string[];

const PLAN_ENDINGS = ['yaml', 'yml', 'json'];

/** What the placeholders of arguments and flags stand for. Those that have choices of their own are not asked for. */
const VALUES: Readonly<Record<string, Value>> = {
  plan: PLAN_ENDINGS,
  'plan-or-name': 'files-or-rollouts',
  old: ['yaml', 'yml', 'json'],
  new: ['yaml', 'yml', 'json'],
  scenario: ['yaml', 'yml'],
  file: [],
  place: 'folders',
  name: 'rollouts',
  wave: 'waves',
  key: 'deployments',
  holder: 'holders',
  code: 'codes',
  topic: 'topics',
  id: 'free',
  text: 'free',
  uuid: 'free',
  column: 'free',
  serials: 'free',
  sizes: 'free',
  window: 'free',
  duration: 'free',
  number: 'free',
  factor: 'free',
  devices: 'free',
  port: 'free',
};

/** `words` are those behind the program's name, up to the one at the cursor, which is the last and may be empty. */
export function chooseCompletion(program: Command, words: readonly string[]): Chosen {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  const name = before.find((word) => !word.startsWith('-'));
  const command = program.commands.find((each) => each.name() === name);
  if (command === undefined) return plain(chooseOfProgram(program, { name, before, current }));
  if (command.commands.length > 0) {
    return chooseCompletion(command, words.slice(words.indexOf(command.name()) + 1));
  }
  const typed = readTyped(command, before.slice(before.indexOf(command.name()) + 1));
  return { ...chooseOfCommand(command, typed, current), state: typed.state };
}

const NOTHING: Choice = { kind: 'words', words: [] };

function plain(choice: Choice): Chosen {
  return { choice, prefix: '', state: null };
}

type WithoutCommand = {
  /** A word that is no command, or `help`, which the parser itself answers. */
  readonly name: string | undefined;
  readonly before: readonly string[];
  readonly current: string;
};

function chooseOfProgram(program: Command, { name, before, current }: WithoutCommand): Choice {
  if (name === undefined && current.startsWith('-')) return { kind: 'words', words: listFlags(program, []) };
  if (name !== undefined && (name !== 'help' || before.at(-1) !== 'help')) return NOTHING;
  const commands = program
    .createHelp()
    .visibleCommands(program)
    .filter((each) => each.name() !== name);
  return {
    kind: 'words',
    words: commands.map((each) => ({ text: each.name(), about: each.summary() || each.description() })),
  };
}

/** What stands before the cursor, read as the command will read it. */
type Typed = {
  readonly operands: readonly string[];
  readonly flags: readonly string[];
  /** The flag whose value comes next. */
  readonly open: Option | null;
  /** Behind `--`, nothing is a flag. */
  readonly isPastFlags: boolean;
  readonly state: string | null;
};

function readTyped(command: Command, words: readonly string[]): Typed {
  const operands: string[] = [];
  const flags: string[] = [];
  let open: Option | null = null;
  let state: string | null = null;
  for (const [index, word] of words.entries()) {
    if (word === '--') {
      return {
        operands: [...operands, ...words.slice(index + 1)],
        flags,
        open: null,
        isPastFlags: true,
        state,
      };
    }
    // A flag that may go without a value takes none that looks like a flag.
    if (open !== null && (open.required || !word.startsWith('-'))) {
      if (open.long === '--state') state = word;
      open = null;
      continue;
    }
    open = null;
    if (!word.startsWith('-')) operands.push(word);
    else {
      const [flag, value] = splitFlag(word);
      flags.push(flag);
      const option = findOption(command, flag);
      if (value !== undefined && flag === '--state') state = value;
      if (value === undefined && option !== null && takesValue(option)) open = option;
    }
  }
  return { operands, flags, open, isPastFlags: false, state };
}

function chooseOfCommand(command: Command, typed: Typed, current: string): Omit<Chosen, 'state'> {
  const { operands, open, isPastFlags } = typed;
  const rollout = operands[0] ?? null;
  if (open !== null && (open.required || !current.startsWith('-')))
    return { choice: chooseValue(open, placeholderOf(open), rollout), prefix: '' };
  if (!isPastFlags && current.startsWith('-')) {
    const [flag, value] = splitFlag(current);
    if (value === undefined)
      return { choice: { kind: 'words', words: listFlags(command, typed.flags) }, prefix: '' };
    const option = findOption(command, flag);
    const isOpen = option !== null && takesValue(option);
    return {
      choice: isOpen ? chooseValue(option, placeholderOf(option), rollout) : NOTHING,
      prefix: `${flag}=`,
    };
  }
  const argument = argumentAt(command, operands.length);
  if (argument !== null) {
    const choice = chooseValue(argument, argument.name(), null);
    return { choice: 'typed' in choice ? { ...choice, typed: current } : choice, prefix: '' };
  }
  const flags = isPastFlags ? [] : listFlags(command, typed.flags);
  return { choice: { kind: 'words', words: flags }, prefix: '' };
}

function argumentAt({ registeredArguments }: Command, index: number): Argument | null {
  const last = registeredArguments.at(-1);
  return registeredArguments[index] ?? (last?.variadic === true ? last : null);
}

function chooseValue(
  { argChoices }: Pick<Option, 'argChoices'>,
  placeholder: string,
  rollout: string | null,
): Choice {
  if (argChoices !== undefined)
    return { kind: 'words', words: argChoices.map((text) => ({ text, about: '' })) };
  const value = present(VALUES[placeholder], `what <${placeholder}> stands for`);
  if (typeof value !== 'string') return { kind: 'files', endings: value };
  switch (value) {
    case 'free':
      return NOTHING;
    case 'files-or-rollouts':
      return { kind: value, endings: PLAN_ENDINGS, typed: '' };
    case 'folders':
    case 'codes':
    case 'topics':
      return { kind: value };
    case 'rollouts':
    case 'waves':
    case 'deployments':
    case 'holders':
      return { kind: 'recorded', what: value, rollout };
  }
}

function listFlags(command: Command, used: readonly string[]): readonly Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .filter(({ long }) => !used.includes(long ?? ''))
    .map(({ long, short, description }) => ({ text: long ?? short ?? '', about: inBrief(description) }));
}

/** The first part of it: there is room for a few words beside a candidate. */
function inBrief(description: string): string {
  return description.split(/[;(]/)[0]?.trim() ?? '';
}

function findOption({ options }: Command, flag: string): Option | null {
  return options.find(({ long, short }) => long === flag || short === flag) ?? null;
}

function takesValue({ required, optional }: Option): boolean {
  return required || optional;
}

/** `<plan>` and `[plan...]` as `plan`. */
function placeholderOf({ flags }: Option): string {
  return /[<[]([^>\].]+)/.exec(flags)?.[1] ?? '';
}

function splitFlag(word: string): readonly [string, string?] {
  const at = word.indexOf('=');
  return at < 0 || !word.startsWith('--') ? [word] : [word.slice(0, at), word.slice(at + 1)];
}
