/** Parts of sentences: the names of things, in text that is safe to print. */
import { renderElapsed } from '../../base/duration.ts';
import { count, printable, renderNumber } from '../../base/text.ts';
import type { PlanDigest, WaveName, DeploymentKey } from '../../plan/identifiers.ts';
import type { Wave } from '../../plan/rollout-plan.ts';
import { renderThreshold, toleratedOf } from '../../plan/threshold.ts';
import type { Threshold } from '../../plan/threshold.ts';
import type { RunnerIdentity } from '../../rollout/event.ts';
import type { FailureRecord } from '../../rollout/failure.ts';
import type { LastWord } from '../../rollout/last-word.ts';
import type { OrderRecord } from '../../rollout/order.ts';
import type { DeploymentCall } from '../../rollout/state.ts';
import type { CommandResult, HookRecord } from '../../rollout/halt-cause.ts';

export function nameWave(name: WaveName): string {
  return `wave ${printable(name)}`;
}

export function nameDeployment(key: DeploymentKey): string {
  return `deployment ${printable(key)}`;
}

/** `hook notify (onHalt, wave berlin)`, `hook notify (onWait, wave berlin, approval)`. */
export function nameHook({ name, point, wave, reason }: HookRecord): string {
  const about = [
    point,
    ...(wave === null ? [] : [nameWave(wave)]),
    ...(reason === undefined ? [] : [reason]),
  ];
  return `hook ${printable(name)} (${about.map(printable).join(', ')})`;
}

/** `failed after 2s: exit code 3; output: error rate 4.1`. */
export function describeResult({ outcome, detail, output, tookMs }: CommandResult): string {
  const words: Readonly<Record<CommandResult['outcome'], string>> = {
    passed: 'passed',
    failed: 'failed',
    'timed-out': 'timed out',
    'not-started': 'could not start',
    interrupted: 'was interrupted',
    lost: 'has no result',
    skipped: 'was skipped',
  };
  const isTimed = outcome !== 'skipped' && outcome !== 'lost' && outcome !== 'not-started';
  const took = isTimed ? ` after ${renderElapsed(tookMs)}` : '';
  const why = detail === '' ? '' : `: ${printable(detail)}`;
  const printed = lastLine(output);
  return `${words[outcome]}${took}${why}${outcome === 'passed' || printed === '' ? '' : `; output: ${printable(printed)}`}`;
}

const PRINTED_CHARS_MAX = 160;

function lastLine(output: string): string {
  return output.trimEnd().split('\n').at(-1)?.slice(0, PRINTED_CHARS_MAX) ?? '';
}

export function describeRunner({ pid, host, startedBy }: RunnerIdentity): string {
  const by = startedBy === null ? '' : `, started by ${printable(startedBy)}`;
  return `process ${pid} on ${printable(host)}${by}`;
}

/** Why a call failed, with the id that the vendor's support asks for. */
export function describeFailure({ message, requestId }: FailureRecord): string {
  const isNamed = requestId === null || message.includes(requestId);
  return printable(isNamed ? message : `${message} (X-Request-ID ${requestId})`);
}

/** The known result of a call that made no deployment; `null` for an accepted call. */
export function describeNoDeployment(call: DeploymentCall): string | null {
  switch (call.kind) {
    case 'accepted':
      return null;
    case 'intended':
      return 'may have been sent; no answer on record';
    case 'not-made':
      return `not made: ${describeFailure(call.failure)}`;
    case 'refused':
      return `refused: ${describeFailure(call.failure)}`;
    case 'doubted':
      return `in doubt: ${describeFailure(call.failure)}`;
  }
}

/** `by ana`; `on ops-1` where only the machine is known. */
export function nameGiver({ by, host }: OrderRecord): string {
  return by === null ? `on ${printable(host)}` : `by ${printable(by)}`;
}

/** `by ana: "the vendor looks into it"`: who gave an order, and the reason if one was given. */
export function describeOrder(order: OrderRecord): string {
  return `${nameGiver(order)}${quoteReason(order)}`;
}

/** `: "the vendor looks into it"`; nothing where no reason was given. */
export function quoteReason({ reason }: OrderRecord): string {
  return reason === null ? '' : `: "${printable(reason)}"`;
}

/** The last status that the API gave for a device: `listed as "canceled"`. */
export function describeLastWord(lastWord: LastWord): string {
  switch (lastWord.kind) {
    case 'listed':
      return `listed as "${printable(lastWord.word)}"`;
    case 'not-listed':
      return 'no longer listed';
    case 'deployment-not-found':
      return 'deployment not found';
  }
}

export function tolerated(n: number): string {
  return n <= 0 ? 'none' : renderNumber(n);
}

/** ` (maxFailures 3%)`: the limit as the plan writes it; empty where the plan has none. */
export function written(key: string, threshold: Threshold | null | undefined): string {
  return threshold === null || threshold === undefined ? '' : ` (${key} ${renderThreshold(threshold)})`;
}

/** `, any number of silent devices`: what a wave tolerates that has a limit of its own for devices that time out. */
export function describeTimedOutLimit({ devices, maxTimedOut, unknown }: Wave): string {
  if (maxTimedOut === undefined) return '';
  const most = toleratedOf(maxTimedOut, devices.length);
  const what = unknown === 'timed-out' ? 'silent' : 'timed-out';
  return most >= devices.length
    ? `, any number of ${what} devices`
    : `, ${count(most, `${what} device`)}${written('maxTimedOut', maxTimedOut)}`;
}

/** A message from elsewhere, inside a sentence. */
export function withoutFullStop(message: string): string {
  return printable(message).replace(/\.$/, '');
}

/** A torn last line of a record was cut; `bytes` is its length. */
export function describeCut(bytes: number): string {
  return `the last line of the record was incomplete and was removed (${count(bytes, 'byte')}); all earlier lines are complete`;
}

/** Long enough to compare by eye. */
export function shortDigest(digest: PlanDigest): string {
  return digest.slice(0, 12);
}

/** A chance for a person: `77%`, `6.1%`, `99.6%`. Only 0 prints as 0%, and only 1 as 100%. */
export function renderChance(chance: number): string {
  const percent = chance * 100;
  if (chance <= 0) return '0%';
  if (chance >= 1) return '100%';
  if (percent < 0.1) return 'under 0.1%';
  if (percent > 99.9) return 'over 99.9%';
  return percent >= 10 && percent <= 90 ? `${Math.round(percent)}%` : `${percent.toFixed(1)}%`;
}

/** A number on average: `about 41`, or `about 0.3` where it is small. */
export function renderMean(mean: number): string {
  if (mean === 0) return 'none';
  if (mean < 0.05) return 'under 0.1';
  return `about ${mean < 9.95 ? mean.toFixed(1).replace(/\.0$/, '') : renderNumber(Math.round(mean))}`;
}
