/**
 * What a poll's answer means for a deployment: one word for each device of ours, and only what is news.
 *
 * The API's latest word wins, with these exceptions, each on the safe side:
 * - listed twice with different words: the one updated later; where that cannot be told, the worse (failed, then
 *   processing, then success);
 * - a word that is not `processing`, `success` or `failed` counts as processing: it is no proof that a device has ended;
 * - a device that has ended stays ended when it is listed as processing again, or is no longer listed; but what was said
 *   of it is kept as its last word, and a success that was contradicted has to be confirmed before its wave passes;
 * - a rejected device stays rejected;
 * - a device that we did not send is not ours to judge.
 */
import type { Serial } from '../plan/identifiers.ts';
import { list, printable } from '../base/text.ts';
import { present } from '../base/assert.ts';
import type { DeviceStatus } from './device-status.ts';
import { indexIn, deviceStatusOf } from './change-state.ts';
import type { RolloutEvent } from './event.ts';
import { wordAt } from './last-word.ts';
import { isSettled } from './change-deployment.ts';
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
  /** What was said of devices besides, to be put on record after it; `null` when that has not changed. */
  readonly noted: Extract<RolloutEvent, { readonly type: 'devices-noted' }> | null;
  /** What the API said that its documentation does not, a sentence each; at most one of each kind. */
  readonly oddities: readonly Anomaly[];
};

export type Anomaly = {
  readonly kind: 'unknown-word' | 'foreign-device' | 'listed-twice' | 'rejected-listed' | 'reopened';
  readonly message: string;
};

export type ListingFacts = {
  /** Whether a device of ours that is not in the list is certainly not listed. */
  readonly isWhole: boolean;
  /** Whether something is decided by this list: then it is kept whatever was kept before. */
  readonly isDecisive: boolean;
};

type Word = 'processing' | 'success' | 'failed';
/** `said`: as the API sent it. */
type Latest = { readonly word: Word; readonly said: string; readonly updatedAt: number | null };
type Sightings = Record<Anomaly['kind'], string[]>;

export function observe(
  deployment: DeploymentState,
  reports: readonly ReportedDevice[],
  facts: ListingFacts,
): Observation {
  const seen: Sightings = {
    'unknown-word': [],
    'foreign-device': [],
    'listed-twice': [],
    'rejected-listed': [],
    reopened: [],
  };
  const news: Record<Word, Serial[]> = { processing: [], success: [], failed: [] };
  const latest = latestWords(deployment, reports, seen);
  for (const [serial, { word }] of latest) {
    const deviceStatus = deviceStatusOf(deployment, serial);
    if (deviceStatus === 'rejected') seen['rejected-listed'].push(serial);
    else if (isReopened(deviceStatus, word)) seen.reopened.push(serial);
    else if (isNews(deployment, serial, word)) news[word].push(serial);
  }
  const isNewsless = news.processing.length + news.success.length + news.failed.length === 0;
  return {
    event: isNewsless ? null : { type: 'devices-reported', deployment: deployment.key, ...news },
    noted: noteWords(deployment, latest, facts),
    oddities: describeAnomalies(seen),
  };
}

/** A list that changes with every poll is kept this often for each device on average, and then where it decides. */
const NOTES_PER_DEVICE = 4;

/** Of a word from outside, so much is kept, and of one deployment so many different ones. */
const WORD_LENGTH_MAX = 64;
const WORDS_MAX = 100;
const OTHER_WORD = 'another status, after 100 different ones';

/** What has changed of the devices' last words, or `null`. */
function noteWords(
  deployment: DeploymentState,
  latest: ReadonlyMap<Serial, Latest>,
  { isWhole, isDecisive }: ListingFacts,
): Observation['noted'] {
  const { devices, rejections, lastWords } = deployment;
  const words = new Map<string, Serial[]>();
  const notListed: Serial[] = [];
  const cleared: Serial[] = [];
  const isMissingSome = isWhole && latest.size < devices.length - rejections.size;
  const kept = new Set(lastWords.words);
  const note = (serial: Serial, entry: Latest | undefined) => {
    const index = indexIn(deployment, serial);
    const deviceStatus = deviceStatusOf(deployment, serial);
    if (deviceStatus === 'rejected') return;
    const known = wordAt(lastWords, index);
    if (entry === undefined) {
      if (isListedBefore(deviceStatus) && known?.kind !== 'not-listed') notListed.push(serial);
      return;
    }
    if (!isWordOfItsOwn(deviceStatus, entry)) {
      const isTold = !isReopened(deviceStatus, entry.word) && isNews(deployment, serial, entry.word);
      if (known !== null && !isTold) cleared.push(serial);
      return;
    }
    const said = keepable(entry.said, kept);
    if (known?.kind === 'listed' && known.word === said) return;
    kept.add(said);
    const alike = words.get(said);
    if (alike === undefined) words.set(said, [serial]);
    else alike.push(serial);
  };
  for (const [serial, entry] of latest) note(serial, entry);
  if (isMissingSome) for (const serial of devices) if (!latest.has(serial)) note(serial, undefined);
  const changes = [...words.values(), notListed, cleared].reduce((sum, { length }) => sum + length, 0);
  const isTooOften = lastWords.noted + changes > NOTES_PER_DEVICE * devices.length;
  if (changes === 0 || (isTooOften && !isDecisive)) return null;
  return {
    type: 'devices-noted',
    deployment: deployment.key,
    words: [...words].map(([word, serials]) => ({ word, devices: serials })),
    notListed,
    cleared,
  };
}

/** Whether the list says something else of a device than its device status does, and than its outcome will. */
function isWordOfItsOwn(deviceStatus: DeviceStatus, { word, said }: Latest): boolean {
  if (readWord(said) === null) return true;
  return word === 'processing' && (isReopened(deviceStatus, word) || deviceStatus === 'unknown');
}

/** A device that was accepted and never listed is not missed. */
function isListedBefore(deviceStatus: DeviceStatus): boolean {
  return deviceStatus !== 'accepted' && deviceStatus !== 'unknown';
}

function keepable(said: string, kept: ReadonlySet<string>): string {
  const word = said.slice(0, WORD_LENGTH_MAX);
  return kept.size < WORDS_MAX || kept.has(word) ? word : OTHER_WORD;
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
    const { status: said, updatedAt } = report;
    const entry: Latest = { word: word ?? 'processing', said, updatedAt };
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

function isReopened(deviceStatus: DeviceStatus, word: Word): boolean {
  return (
    word === 'processing' &&
    (deviceStatus === 'success' || deviceStatus === 'failed' || deviceStatus === 'inconclusive')
  );
}

function isNews(deployment: DeploymentState, serial: Serial, word: Word): boolean {
  const known = deviceStatusOf(deployment, serial);
  if (!isSettled(deployment, serial)) return known !== word;
  return word !== 'processing' && (deployment.lateOutcomes.get(serial) ?? known) !== word;
}

function describeAnomalies(seen: Sightings): readonly Anomaly[] {
  const sentences: Record<Anomaly['kind'], (devices: string) => string> = {
    'unknown-word': (devices) => `the API gave an undocumented status, counted as processing: ${devices}`,
    'foreign-device': (devices) =>
      `the API listed devices that are not in this deployment, ignored: ${devices}`,
    'listed-twice': (devices) =>
      `the API listed a device twice with different statuses, the later or worse one counts: ${devices}`,
    'rejected-listed': (devices) =>
      `the API lists devices that it rejected before, they stay rejected: ${devices}`,
    reopened: (devices) =>
      `the API lists ended devices as not ended, each success is checked again before its wave passes: ${devices}`,
  };
  return (Object.keys(sentences) as Anomaly['kind'][])
    .filter((kind) => seen[kind].length > 0)
    .map((kind) => ({ kind, message: sentences[kind](list(present(seen[kind], kind).map(printable), 3)) }));
}
