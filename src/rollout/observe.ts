/**
 * What a poll's answer means for a deployment: one word for each device of ours, and only what is news.
 *
 * The API's latest word wins, with these exceptions, each on the safe side:
 * - listed twice with different words: the one updated later; where that cannot be told, the worse (failed, then
 *   processing, then success);
 * - a word that is not `processing`, `success` or `failed` counts as processing: it is no proof that a device has ended;
 * - a device that has ended stays ended when it is listed as processing again, or is no longer listed;
 * - a rejected device stays rejected;
 * - a device that we did not send is not ours to judge.
 */
import type { Serial } from '../plan/identifiers.ts';
import { list, printable } from '../base/text.ts';
import { present } from '../base/assert.ts';
import type { Standing } from './bucket.ts';
import { standingOf } from './change-state.ts';
import type { RolloutEvent } from './event.ts';
import { isSettled } from './report-devices.ts';
import type { DeploymentState } from './state.ts';

/** One entry of the API's list. `updatedAt` is in epoch milliseconds. */
export type ReportedDevice = {
  readonly serial: string;
  readonly status: string;
  readonly updatedAt: number | null;
};

export type Observation = {
  /** `null` when the poll brought no news. */
  readonly event: Extract<RolloutEvent, { readonly type: 'devices-reported' }> | null;
  /** What the API said that its documentation does not, a sentence each; at most one of each kind. */
  readonly oddities: readonly Oddity[];
};

export type Oddity = {
  readonly kind: 'unknown-word' | 'foreign-device' | 'listed-twice' | 'rejected-listed' | 'reopened';
  readonly message: string;
};

type Word = 'processing' | 'success' | 'failed';
type Latest = { readonly word: Word; readonly updatedAt: number | null };
type Sightings = Record<Oddity['kind'], string[]>;

export function observe(deployment: DeploymentState, reports: readonly ReportedDevice[]): Observation {
  const seen: Sightings = {
    'unknown-word': [],
    'foreign-device': [],
    'listed-twice': [],
    'rejected-listed': [],
    reopened: [],
  };
  const news: Record<Word, Serial[]> = { processing: [], success: [], failed: [] };
  for (const [serial, { word }] of latestWords(deployment, reports, seen)) {
    const standing = standingOf(deployment, serial);
    if (standing === 'rejected') seen['rejected-listed'].push(serial);
    else if (isReopened(standing, word)) seen.reopened.push(serial);
    else if (isNews(deployment, serial, word)) news[word].push(serial);
  }
  const isNewsless = news.processing.length + news.success.length + news.failed.length === 0;
  return {
    event: isNewsless ? null : { type: 'devices-reported', deployment: deployment.key, ...news },
    oddities: describeOddities(seen),
  };
}

function latestWords(
  deployment: DeploymentState,
  reports: readonly ReportedDevice[],
  seen: Sightings,
): ReadonlyMap<Serial, Latest> {
  const latest = new Map<Serial, Latest>();
  for (const report of reports) {
    const serial = report.serial as Serial;
    if (!deployment.index.has(serial)) {
      seen['foreign-device'].push(report.serial);
      continue;
    }
    const word = readWord(report.status);
    if (word === null) seen['unknown-word'].push(`${report.serial} "${report.status}"`);
    const entry: Latest = { word: word ?? 'processing', updatedAt: report.updatedAt };
    const other = latest.get(serial);
    if (other !== undefined && other.word !== entry.word) seen['listed-twice'].push(serial);
    latest.set(serial, other === undefined ? entry : laterOf(other, entry));
  }
  return latest;
}

function readWord(status: string): Word | null {
  return status === 'processing' || status === 'success' || status === 'failed' ? status : null;
}

const WORST_FIRST: readonly Word[] = ['failed', 'processing', 'success'];

function laterOf(a: Latest, b: Latest): Latest {
  if (a.updatedAt !== null && b.updatedAt !== null && a.updatedAt !== b.updatedAt) {
    return a.updatedAt > b.updatedAt ? a : b;
  }
  return WORST_FIRST.indexOf(a.word) <= WORST_FIRST.indexOf(b.word) ? a : b;
}

function isReopened(standing: Standing, word: Word): boolean {
  return word === 'processing' && (standing === 'success' || standing === 'failed');
}

function isNews(deployment: DeploymentState, serial: Serial, word: Word): boolean {
  const known = standingOf(deployment, serial);
  if (!isSettled(deployment, serial)) return known !== word;
  return word !== 'processing' && (deployment.lateOutcomes.get(serial) ?? known) !== word;
}

function describeOddities(seen: Sightings): readonly Oddity[] {
  const sentences: Record<Oddity['kind'], (devices: string) => string> = {
    'unknown-word': (devices) =>
      `the API gave a status that is not documented; taken as processing: ${devices}`,
    'foreign-device': (devices) =>
      `the API listed devices that this deployment did not send; left out: ${devices}`,
    'listed-twice': (devices) =>
      `the API listed a device twice with different statuses; the later or worse one counts: ${devices}`,
    'rejected-listed': (devices) =>
      `the API lists devices that it had rejected; they stay rejected: ${devices}`,
    reopened: (devices) =>
      `the API lists devices as processing that had ended; their outcome stands: ${devices}`,
  };
  return (Object.keys(sentences) as Oddity['kind'][])
    .filter((kind) => seen[kind].length > 0)
    .map((kind) => ({ kind, message: sentences[kind](list(present(seen[kind], kind).map(printable), 3)) }));
}
