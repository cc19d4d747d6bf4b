/**
 * The complete commands that are shown to a user: placeholders are in capitals, and everything else is
 * quoted for a shell, so that a line can be pasted.
 */
import { rollbackName } from '../../plan/identifiers.ts';
import { quoteForShell } from '../../base/text.ts';
import type { RolloutName, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { OrderKind, PlainOrderKind } from '../../rollout/order.ts';

export type Commands = {
  /** Starts or continues the rollout: by its plan file if that was given, otherwise by its name. */
  readonly run: string;
  /** Continues a rollout on record: by its name, or by its plan file where its name is also the name of a file. */
  readonly continue: string;
  /** The same by its record alone. */
  readonly runByName: string;
  /** The same by its plan file, after an edit. */
  readonly runFile: string;
  /** Starts it where its record would be, although that place does not look permanent. */
  readonly start: string;
  /** Archives the record of a finished rollout and starts again. */
  readonly runAgain: string;
  /** Simulates it from the start, on a new simulator; `null` for a real rollout. */
  readonly simulateAgain: string | null;
  readonly status: string;
  /** Its whole record. */
  readonly report: string;
  /** Starts or continues its rollback. */
  readonly rollback: string;
  /** The status of its rollback. */
  readonly rollbackStatus: string;
  readonly order: (verb: PlainOrderKind) => string;
  readonly approve: (wave: WaveName) => string;
  readonly settle: (deployment: DeploymentKey, how: 'adopt' | 'not-created') => string;
  /** Checks the open devices of a finished rollout again. */
  readonly followUp: (name?: RolloutName) => string;
  /** Closes its open devices. */
  readonly acceptOpen: (name?: RolloutName) => string;
  readonly unlock: (holderId: string) => string;
};

export type CommandTarget = {
  readonly name: RolloutName;
  /** The rollout that this one rolls back, or `null`. */
  readonly rollbackOf: RolloutName | null;
  /** As the user gave it, or `null` where only the rollout was named. */
  readonly planPath: string | null;
  /** Where the record says that the plan is, as seen from here; `null` where that is not known. */
  readonly recordedPath?: string | null;
  /** The value for `--state`, or `null` if the settings give it. */
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
  const runByName = rollbackOf === null ? runOf(quoteForShell(name)) : rollback(rollbackOf);
  // A caller that gives both has found a file with the rollout's name. A simulation has a record only with --state.
  const isFileNeeded = (planPath !== null && recordedPath !== null) || (simulate !== null && state === null);
  return {
    run: rollbackOf === null ? run() : rollback(rollbackOf),
    continue: rollbackOf === null && isFileNeeded ? run() : runByName,
    runByName,
    start: rollbackOf === null ? run(' --start --yes') : `${rollback(rollbackOf)} --start --yes`,
    runAgain: rollbackOf === null ? run(' --again') : rollback(rollbackOf),
    runFile: rollbackOf === null ? runOf(plan) : rollback(rollbackOf),
    rollback: rollback(name),
    rollbackStatus: `breakwater status ${quoteForShell(rollbackName(name))}${where}`,
    simulateAgain: simulate === null ? null : `breakwater run ${plan}${simulation}`,
    status: `breakwater status ${quoteForShell(name)}${where}`,
    followUp: (one = name) => `breakwater follow-up ${quoteForShell(one)}${where}`,
    acceptOpen: (one = name) =>
      `breakwater follow-up ${quoteForShell(one)} --accept-open --reason ${REASON_PLACEHOLDER}${where}`,
    report: `breakwater report ${quoteForShell(name)}${where}`,
    // Only where a reason is required: a copied line would put the placeholder on record.
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
