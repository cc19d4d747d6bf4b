/** Why a rollout halted: with numbers as a sentence, and briefly for a cell of a table. */
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

/** The wave whose devices halt the rollout: the halted one, or an earlier one whose limits became stricter. */
export function judgedWave({ wave, cause }: Halt): WaveName {
  return cause.reason === 'failures-exceeded' || cause.reason === 'success-unreachable'
    ? (cause.of ?? wave)
    : wave;
}

/** `wave berlin halted: 3 of 80 devices failed, 2 tolerated (maxFailures 3%)`. */
export function describeCause(halt: Halt, plan: RolloutPlan): string {
  const reason = describeReason(halt, plan);
  return halt.cause.reason === 'operator' ? reason : `${nameWave(halt.wave)} halted: ${reason}`;
}

/** The same where the wave that halted is already named: `3 of 80 devices failed, 2 tolerated (maxFailures 3%)`. */
export function describeReason({ wave: halted, cause }: Halt, plan: RolloutPlan): string {
  const name = judgedWave({ wave: halted, cause });
  const wave = plan.waves.find((one) => one.name === name);
  switch (cause.reason) {
    case 'failures-exceeded':
      return cause.kind === 'timed-out'
        ? describeTimedOut(cause, wave)
        : `${nameJudged(name, cause)}${describeFailures(cause)}, ${tolerated(cause.tolerated)} tolerated${written('maxFailures', wave?.maxFailures)}${describeNotCounted(cause, wave)}`;
    case 'success-unreachable':
      return `${nameJudged(name, cause)}${describeFailures(cause)}${describeUnreachable(cause)}${whoseNeed(cause, wave)}${describeNotCounted(cause, wave)}`;
    case 'rollout-failures-exceeded':
      return `${describeFailures(cause)} in the whole rollout, ${tolerated(cause.tolerated)} tolerated${written("the plan's maxFailures", plan.maxFailures)}${describeNotCounted(cause, undefined)}`;
    case 'deployment-refused':
      return `the API refused ${nameDeployment(cause.deployment)}: ${describeFailure(cause.failure)}`;
    case 'gate-failed':
      return `gate ${printable(cause.name)}${describeAttempts(cause, wave)} ${describeResult(cause.result)}`;
    case 'hook-failed':
      return `${nameHook(cause.hook)} ${describeResult(cause.result)}`;
    case 'reverted': {
      const earlier = plan.waves.find((one) => one.name === cause.of);
      const limit =
        cause.of === null
          ? written("the plan's maxFailures", plan.maxFailures)
          : written('maxFailures', earlier?.maxFailures);
      const whose = cause.of === null ? 'whole rollout: ' : namePassed(cause.of);
      return `${count(cause.reverted, 'device')} failed after success; ${whose}${describeFailures(cause)}, ${tolerated(cause.tolerated)} tolerated${limit}${describeNotCounted(cause, earlier)}`;
    }
    case 'check-inconclusive':
      return `the check did not confirm ${count(cause.devices, 'successful device')}: ${describeFindings(cause.findings)} (${nameDeployments(cause.deployments)})`;
    case 'operator':
      return `aborted ${describeOrder(cause.order)}`;
  }
}

/** The same for a cell of a table: `failures-exceeded in berlin: 3 of 80 failed, 2 tolerated`. */
export function describeCauseBriefly({ wave, cause }: Halt): string {
  const where = `${cause.reason} in ${printable(judgedWave({ wave, cause }))}`;
  switch (cause.reason) {
    case 'failures-exceeded':
    case 'success-unreachable':
    case 'rollout-failures-exceeded':
    case 'reverted':
      return `${where}: ${renderNumber(cause.failures)}${acknowledgedOf(cause) === 0 ? '' : ' more'} of ${renderNumber(cause.base)} ${isOfTimedOut(cause) ? 'timed out' : 'failed'}, ${tolerated(cause.tolerated)} tolerated`;
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
  return of === undefined ? '' : namePassed(name);
}

function namePassed(name: WaveName): string {
  return `${nameWave(name)} (passed): `;
}

const DEPLOYMENTS_NAMED = 5;

function nameDeployments(keys: readonly DeploymentKey[]): string {
  return `${keys.length === 1 ? 'deployment' : 'deployments'} ${list(keys.map(printable), DEPLOYMENTS_NAMED)}`;
}

const FINDINGS_NAMED = 5;

/** `2 listed as "rolled_back", 1 no longer listed`. */
function describeFindings(findings: readonly Finding[]): string {
  const told = findings.map(
    ({ lastWord, devices }) =>
      `${renderNumber(devices)} ${lastWord.kind === 'deployment-not-found' ? 'in a deployment that the API did not find' : describeLastWord(lastWord)}`,
  );
  return list(told, FINDINGS_NAMED);
}

/** `, attempt 3 of 3,` if there was more than one attempt. */
function describeAttempts({ gate }: { readonly gate: number }, wave: Wave | undefined): string {
  const attempts = (wave?.gates?.[gate - 1]?.retries ?? 0) + 1;
  return attempts === 1 ? '' : `, attempt ${renderNumber(attempts)} of ${renderNumber(attempts)},`;
}

type Judged = Extract<HaltCause, { readonly failures: number }>;

/** `3 of 80 devices failed`. */
function describeFailures({ failures, base }: Judged): string {
  return `${renderNumber(failures)} of ${count(base, 'device')} failed`;
}

/** `; not counted: 2 rejected, 1 acknowledged`. */
function describeNotCounted(cause: Judged, wave: Wave | undefined): string {
  const acknowledged = acknowledgedOf(cause);
  const ignored = wave === undefined ? 0 : wave.devices.length - cause.base;
  const notes = [
    ...(ignored > 0 ? [`${renderNumber(ignored)} rejected`] : []),
    ...(acknowledged > 0 ? [`${renderNumber(acknowledged)} acknowledged`] : []),
  ];
  return notes.length === 0 ? '' : `; not counted: ${notes.join(', ')}`;
}

/** `3 of 10 devices silent, 2 tolerated (maxTimedOut 20%)`: of a rollback, where unknown devices count too. */
function describeTimedOut(cause: Judged, wave: Wave | undefined): string {
  const what = wave?.unknown === 'timed-out' ? 'silent' : 'timed out';
  return `${renderNumber(cause.failures)} of ${count(cause.base, 'device')} ${what}, ${tolerated(cause.tolerated)} tolerated${written('maxTimedOut', wave?.maxTimedOut)}${describeNotCounted(cause, undefined)}`;
}

function isOfTimedOut(cause: HaltCause): boolean {
  return cause.reason === 'failures-exceeded' && cause.kind === 'timed-out';
}

/**
 * `minSuccess` amounts to a number of tolerated failures. After some were acknowledged, fewer devices than needed may
 * succeed, so the text gives the tolerated failures instead of what can still succeed.
 */
function describeUnreachable(cause: Judged): string {
  const needed = cause.needed ?? cause.base - cause.tolerated;
  return acknowledgedOf(cause) > 0
    ? `, ${tolerated(cause.tolerated)} tolerated: ${renderNumber(needed)} must succeed`
    : `, so at most ${renderNumber(cause.base - cause.failures)} can succeed; ${renderNumber(needed)} must succeed`;
}

/** From the plan's `minSuccess`, or from the rule that holds for every wave. */
function whoseNeed({ needed, base }: Judged, wave: Wave | undefined): string {
  const { minSuccess = null } = wave ?? {};
  if (needed !== 1) return written('minSuccess', minSuccess);
  return minSuccess !== null && neededOf(minSuccess, base) >= 1
    ? written('minSuccess', minSuccess)
    : ' (a wave never passes without a success)';
}

function acknowledgedOf({ acknowledged }: Judged): number {
  return acknowledged ?? 0;
}
