/** Hooks and gates: the programs of a plan. */
import { basename } from 'node:path';
import { present } from '../../base/assert.ts';
import { renderDuration } from '../../base/duration.ts';
import type { CommandDocument, GateDocument, HooksDocument } from '../plan-document.ts';
import { HOOK_POINTS, PLAN_DEFAULTS } from '../rollout-plan.ts';
import type { Command, Gate, Hooks } from '../rollout-plan.ts';
import type { Entry } from './key.ts';
import { readDuration } from './values.ts';
import { printable, renderNumber } from '../../base/text.ts';

export function readHooks(written: HooksDocument | undefined): Hooks | undefined {
  const hooks = HOOK_POINTS.flatMap((point) => {
    const commands = [written?.[point] ?? []].flat();
    return commands.length === 0 ? [] : [[point, commands.map(readCommand)] as const];
  });
  return hooks.length === 0 ? undefined : Object.fromEntries(hooks);
}

export function readGates(written: readonly GateDocument[] | undefined): readonly Gate[] | undefined {
  return written === undefined || written.length === 0 ? undefined : written.map(readGate);
}

function readGate(gate: GateDocument): Gate {
  return {
    ...readCommand(gate),
    retries: gate.retries ?? 0,
    intervalMs: readDuration(gate.interval) ?? PLAN_DEFAULTS.gateIntervalMs,
  };
}

function readCommand({ name, run, timeout }: CommandDocument): Command {
  return {
    name: name ?? basename(present(run[0], 'the program')).slice(0, COMMAND_NAME_CHARS_MAX),
    run,
    timeoutMs: readDuration(timeout) ?? PLAN_DEFAULTS.commandTimeoutMs,
  };
}

/** As in the schema. */
const COMMAND_NAME_CHARS_MAX = 64;

/** Listed by index, because two may have the same name. */
export function listCommands(commands: readonly (Command | Gate)[] = []): readonly Entry[] {
  return commands.map((command, index) => [`[${index}]`, renderCommand(command)]);
}

export function listHooks(hooks: Hooks | undefined): readonly Entry[] {
  return HOOK_POINTS.flatMap((point) =>
    listCommands(hooks?.[point]).map(([place, text]): Entry => [`.${point}${place}`, text]),
  );
}

const GATE: { readonly [Name in keyof Gate]: (value: Gate[Name]) => string } = {
  name: (name) => `${name}: `,
  run: (run) => JSON.stringify(run),
  timeoutMs: (ms) => `, timeout ${renderDuration(ms)}`,
  retries: (retries) => `, retries ${retries}`,
  intervalMs: (ms) => `, interval ${renderDuration(ms)}`,
};

function renderCommand(command: Command | Gate): string {
  const { name, run, timeoutMs } = command;
  const text = GATE.name(name) + GATE.run(run) + GATE.timeoutMs(timeoutMs);
  return 'retries' in command
    ? text + GATE.retries(command.retries) + GATE.intervalMs(command.intervalMs)
    : text;
}

/** `smoke: ./smoke.sh --quick, 10m at most`. */
export function describeCommand({ name, run, timeoutMs }: Command): string {
  return `${printable(name)}: ${describeProgram(run)}, ${renderDuration(timeoutMs)} at most`;
}

export function describeGate(gate: Gate): string {
  const { retries, intervalMs } = gate;
  const tries =
    retries === 0 ? '' : `, up to ${renderNumber(retries + 1)} times, ${renderDuration(intervalMs)} apart`;
  return `${describeCommand(gate)}${tries}`;
}

/** The program and its arguments, in quotes if they contain spaces. */
function describeProgram(run: readonly string[]): string {
  return run.map((word) => printable(/^[^\s'"]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
}
