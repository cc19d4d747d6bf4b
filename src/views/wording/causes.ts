/** Why a rollout has halted: with its numbers as a sentence, and briefly for a cell of a table. */
import { count, list, printable, renderNumber } from '../../base/text.ts';
import type { WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import { neededOf } from '../../plan/threshold.ts';
import type { RolloutPlan, Wave } from '../../plan/rollout-plan.ts';
import {
  describeFailure,
  describeLastWord,
  describeOrder,
  describeResult,
  nameDeployment,
  nameGiver,
  nameHook,
  nameWave,
  tolerated,
  written,
} from './phrases.ts';
import type { Finding } from '../../rollout/last-word.ts';
import type { HaltCause } from '../../rollout/halt-cause.ts';

export type Halt = { readonly wave: WaveName; readonly cause: HaltCause };

/** Whose devices halt it: the wave's that halts, or an earlier one's whose limits became stricter. */
export function judgedWave({ wave, cause }: Halt): WaveName {
  return cause.reason === 'failures-exceeded' || cause.reason === 'success-unreachable'
    ? (cause.of ?? wave)
    : wave;
}

/** `wave berlin has 3 failures of 80 devices and tolerates 2 (maxFailures 3%)`. */
export function describeCause({ wave: halted, cause }: Halt, plan: RolloutPlan): string {
  const name = judgedWave({ wave: halted, cause });
  const wave = plan.waves.find((one) => one.name === name);
  switch (cause.reason) {
    case 'failures-exceeded':
      if (cause.kind === 'timed-out') return describeTimedOut({ wave: name, cause }, wave);
      return `${nameJudged(name, cause)} has ${describeFailures(cause, wave)} and tolerates ${tolerated(cause.tolerated)}${written('maxFailures', wave?.maxFailures)}`;
    case 'success-unreachable':
      return `${nameJudged(name, cause)} has ${describeFailures(cause, wave)}${describeUnreachable(cause)}${whoseNeed(cause, wave)}`;
    case 'rollout-failures-exceeded':
      return `the rollout has ${describeFailures(cause, undefined)} over all waves and tolerates ${tolerated(cause.tolerated)}${written("the plan's maxFailures", plan.maxFailures)}`;
    case 'deployment-refused':
      return `the API refused ${nameDeployment(cause.deployment)}: ${describeFailure(cause.failure)}`;
    case 'gate-failed':
      return `gate ${printable(cause.name)} of ${nameWave(name)}${describeAttempts(cause, wave)} ${describeResult(cause.result)}`;
    case 'hook-failed':
      return `${nameHook(cause.hook)} ${describeResult(cause.result)}`;
    case 'reverted': {
      const earlier = plan.waves.find((one) => one.name === cause.of);
      const whose = cause.of === null ? 'the rollout' : namePassed(cause.of);
      const limit =
        cause.of === null
          ? written("the plan's maxFailures", plan.maxFailures)
          : written('maxFailures', earlier?.maxFailures);
      return `${count(cause.reverted, 'device')} that had succeeded ${cause.reverted === 1 ? 'has' : 'have'} failed since: ${whose} has ${describeFailures(cause, earlier)} and tolerates ${tolerated(cause.tolerated)}${limit}`;
    }
    case 'check-inconclusive':
      return `${count(cause.devices, 'device')} that had succeeded ${cause.devices === 1 ? 'is' : 'are'} not confirmed by the check: ${describeFindings(cause.findings)} (${nameDeployments(cause.deployments)})`;
    case 'operator':
      return `aborted ${describeOrder(cause.order)}`;
  }
}

/** The same for a cell of a table: `failures-exceeded in berlin: 3 of 80, tolerates 2`. */
export function describeCauseBriefly({ wave, cause }: Halt): string {
  const where = `${cause.reason} in ${printable(judgedWave({ wave, cause }))}`;
  switch (cause.reason) {
    case 'failures-exceeded':
    case 'success-unreachable':
    case 'rollout-failures-exceeded':
    case 'reverted':
      return `${where}: ${renderNumber(cause.failures)}${acknowledgedOf(cause) === 0 ? '' : ' new'} of ${renderNumber(cause.base)}, tolerates ${tolerated(cause.tolerated)}`;
    case 'gate-failed':
      return `${where}: ${printable(cause.name)}`;
    case 'hook-failed':
      return `${where}: ${printable(cause.hook.name)}`;
    case 'deployment-refused':
      return `${where}: ${printable(cause.deployment)}`;
    case 'check-inconclusive':
      return `${where}: ${count(cause.devices, 'device')} not confirmed`;
    case 'operator':
      return `${where}: aborted ${nameGiver(cause.order)}`;
  }
}

function nameJudged(name: WaveName, { of }: { readonly of?: WaveName }): string {
  return of === undefined ? nameWave(name) : namePassed(name);
}

function namePassed(name: WaveName): string {
  return `${nameWave(name)}, which had passed,`;
}

const DEPLOYMENTS_NAMED = 5;

function nameDeployments(keys: readonly DeploymentKey[]): string {
  return `${keys.length === 1 ? 'deployment' : 'deployments'} ${list(keys.map(printable), DEPLOYMENTS_NAMED)}`;
}

const FINDINGS_NAMED = 5;

/** `2 listed as "rolled_back", 1 not listed any more`. */
function describeFindings(findings: readonly Finding[]): string {
  const told = findings.map(
    ({ lastWord, devices }) =>
      `${renderNumber(devices)} ${lastWord.kind === 'deployment-not-found' ? 'in a deployment that was not found' : describeLastWord(lastWord)}`,
  );
  return list(told, FINDINGS_NAMED);
}

/** `, attempt 3 of 3,` where it was tried more than once. */
function describeAttempts({ gate }: { readonly gate: number }, wave: Wave | undefined): string {
  const attempts = (wave?.gates?.[gate - 1]?.retries ?? 0) + 1;
  return attempts === 1 ? '' : `, attempt ${renderNumber(attempts)} of ${renderNumber(attempts)},`;
}

type Judged = Extract<HaltCause, { readonly failures: number }>;

/** `3 new failures of 80 devices (2 rejected ones do not count, 1 more was acknowledged)`. */
function describeFailures(cause: Judged, wave: Wave | undefined): string {
  const { failures, base } = cause;
  const acknowledged = acknowledgedOf(cause);
  const ignored = wave === undefined ? 0 : wave.devices.length - base;
  const notes = [
    ...(ignored > 0 ? [`${renderNumber(ignored)} rejected ones do not count`] : []),
    ...(acknowledged > 0
      ? [`${renderNumber(acknowledged)} more ${acknowledged === 1 ? 'was' : 'were'} acknowledged`]
      : []),
  ];
  const what = acknowledged > 0 ? 'new failure' : 'failure';
  const noted = notes.length === 0 ? '' : ` (${notes.join(', ')})`;
  return `${count(failures, what)} of ${count(base, 'device')}${noted}`;
}

/** `wave rollback has 3 silent devices of 10 and tolerates 2 (maxTimedOut 20%)`. */
function describeTimedOut(
  { wave: name, cause }: { readonly wave: WaveName; readonly cause: Judged },
  wave: Wave | undefined,
): string {
  const isNew = acknowledgedOf(cause) > 0 ? 'new ' : '';
  const what =
    wave?.unknown === 'timed-out'
      ? count(cause.failures, `${isNew}silent device`)
      : `${renderNumber(cause.failures)} ${isNew}timed out`;
  return `${nameWave(name)} has ${what} of ${renderNumber(cause.base)} and tolerates ${tolerated(cause.tolerated)}${written('maxTimedOut', wave?.maxTimedOut)}`;
}

/**
 * What `minSuccess` asks for comes down to failures that are tolerated. Once some were acknowledged, fewer succeed than
 * are needed and that is borne, so that only the failures tell why it halted.
 */
function describeUnreachable(cause: Judged): string {
  const needed = cause.needed ?? cause.base - cause.tolerated;
  return acknowledgedOf(cause) > 0
    ? ` and tolerates ${tolerated(cause.tolerated)}, since it needs ${renderNumber(needed)} to succeed`
    : `, so at most ${renderNumber(cause.base - cause.failures)} can succeed, and it needs ${renderNumber(needed)}`;
}

/** Of the plan's `minSuccess`; or of the rule that holds whatever a wave tolerates. */
function whoseNeed({ needed, base }: Judged, wave: Wave | undefined): string {
  const { minSuccess = null } = wave ?? {};
  if (needed !== 1) return written('minSuccess', minSuccess);
  return minSuccess !== null && neededOf(minSuccess, base) >= 1
    ? written('minSuccess', minSuccess)
    : ' (a wave without a success never passes)';
}

function acknowledgedOf({ acknowledged }: Judged): number {
  return acknowledged ?? 0;
}
