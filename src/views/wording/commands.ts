/**
 * The commands that are named to a user, each whole: what has to be filled in stands in capitals, and everything else is
 * quoted for a shell, so that a line can be copied as it stands. Only commands that exist are spelled here.
 */
import { rollbackName } from '../../plan/identifiers.ts';
import { quoteForShell } from '../../base/text.ts';
import type { RolloutName, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { OrderKind, PlainOrderKind } from '../../rollout/order.ts';

export type Commands = {
  /** Continues the rollout, or starts it: by its plan file where that was given, or else by its record. */
  readonly run: string;
  /** The same by its record alone. */
  readonly runByName: string;
  /** The same by its plan file: after that was changed. */
  readonly runFile: string;
  /** Starts it in a place that is kept, although it does not look so. */
  readonly start: string;
  /** Sets the record of a finished rollout aside and starts over. */
  readonly runAgain: string;
  /** A simulated one from its beginning, in a world of its own; `null` for a real one. */
  readonly runAnew: string | null;
  readonly status: string;
  /** Its whole record. */
  readonly report: string;
  /** Takes a rollout back, and goes on with that. */
  readonly rollback: string;
  /** Where that stands. */
  readonly rollbackStatus: string;
  readonly order: (verb: PlainOrderKind) => string;
  readonly approve: (wave: WaveName) => string;
  readonly settle: (deployment: DeploymentKey, how: 'adopt' | 'not-created') => string;
  /** Asks once more what became of the devices of a finished rollout. */
  readonly followUp: (name?: RolloutName) => string;
  /** Closes those that it left open. */
  readonly acceptOpen: (name?: RolloutName) => string;
  readonly unlock: (holderId: string) => string;
};

export type CommandTarget = {
  readonly name: RolloutName;
  /** The rollout that this one takes back, or `null`. */
  readonly rollbackOf: RolloutName | null;
  /** As the user gave it, or `null` where only the rollout was named. */
  readonly planPath: string | null;
  /** Where the record says that the plan is, as seen from here; `null` where that is not known. */
  readonly recordedPath?: string | null;
  /** What `--state` is to be given, or `null` where the settings say it. */
  readonly state: string | null;
  /** The scenario's path, `true` for the default one, `null` for a real rollout. */
  readonly simulate: string | true | null;
};

/** Refused where it is given. */
export const REASON_PLACEHOLDER = 'TEXT';

/** `code`: of a finding, a halt, a refusal, or `exit-5`. */
export function composeExplain(code: string): string {
  return `breakwater explain ${code}`;
}

export function composeCommands({
  name,
  rollbackOf,
  planPath,
  recordedPath = null,
  state,
  simulate,
}: CommandTarget): Commands {
  const where = state === null ? '' : ` --state ${quoteForShell(state)}`;
  const file = planPath ?? recordedPath;
  const plan = file === null ? 'PLAN' : quoteForShell(file);
  const simulation =
    simulate === null ? '' : ` --simulate${simulate === true ? '' : ` ${quoteForShell(simulate)}`}`;
  const order = (verb: OrderKind, rest = '') => `breakwater ${verb} ${quoteForShell(name)}${rest}${where}`;
  const rollback = (one: RolloutName) => `breakwater rollback ${quoteForShell(one)}${where}`;
  const runOf = (what: string, flag = '') => `breakwater run ${what}${flag}${simulation}${where}`;
  const run = (flag = '') => runOf(planPath === null ? quoteForShell(name) : plan, flag);
  return {
    run: rollbackOf === null ? run() : rollback(rollbackOf),
    start: rollbackOf === null ? run(' --start --yes') : `${rollback(rollbackOf)} --start --yes`,
    runAgain: rollbackOf === null ? run(' --again') : rollback(rollbackOf),
    runByName: rollbackOf === null ? runOf(quoteForShell(name)) : rollback(rollbackOf),
    runFile: rollbackOf === null ? runOf(plan) : rollback(rollbackOf),
    rollback: rollback(name),
    rollbackStatus: `breakwater status ${quoteForShell(rollbackName(name))}${where}`,
    runAnew: simulate === null ? null : `breakwater run ${plan}${simulation}`,
    status: `breakwater status ${quoteForShell(name)}${where}`,
    followUp: (one = name) => `breakwater follow-up ${quoteForShell(one)}${where}`,
    acceptOpen: (one = name) =>
      `breakwater follow-up ${quoteForShell(one)} --accept-open --reason ${REASON_PLACEHOLDER}${where}`,
    report: `breakwater report ${quoteForShell(name)}${where}`,
    // Only where a reason must be given: who copies a line as it stands would put the placeholder on record.
    order: (verb) => order(verb, verb === 'resume' ? ` --reason ${REASON_PLACEHOLDER}` : ''),
    approve: (wave) => order('approve', ` --wave ${quoteForShell(wave)}`),
    settle: (deployment, how) =>
      order(
        'settle',
        ` --deployment ${quoteForShell(deployment)} ${how === 'adopt' ? '--adopt ID' : '--not-created'}`,
      ),
    unlock: (holderId) =>
      `breakwater unlock ${quoteForShell(name)} --holder ${quoteForShell(holderId)}${where}`,
  };
}
