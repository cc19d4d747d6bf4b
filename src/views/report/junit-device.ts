/** A device as a test case: whether it has the artifact, and if not, why. */
import { escapeXml } from '../../base/xml.ts';
import { notesOn } from '../wording/device-facts.ts';
import { nameDeployment } from '../wording/phrases.ts';
import type { FailureOutcome } from '../summary/tallies.ts';
import { describeAttempt } from './describe-attempt.ts';
import type { DeviceRecord } from './devices.ts';
import { attributes, child, seconds } from './junit-xml.ts';
import type { ReportEntry } from './record.ts';

export function renderDevice(device: DeviceRecord, entry: ReportEntry): string {
  const { serial, wave, attempts } = device;
  const latest = attempts.at(-1);
  const call = latest?.deployment.state.call;
  const time =
    call?.kind === 'accepted' ? seconds(call.acceptedAt, latest?.endedAt ?? call.acceptedAt) : '0.000';
  const classname = `${entry.record.state.plan.name}.${wave.wave.name}`;
  const open = `    <testcase${attributes({ name: serial, classname, time })}`;
  const children = [...verdictOn(device, entry), ...historyOf(device)];
  return children.length === 0 ? `${open}/>\n` : `${open}>\n${children.join('')}    </testcase>\n`;
}

function verdictOn(device: DeviceRecord, entry: ReportEntry): readonly string[] {
  const { standing, attempts, isAcknowledged } = device;
  const latest = attempts.at(-1);
  switch (standing) {
    case 'success':
      return [];
    case 'waiting':
    case 'accepted':
    case 'processing':
      return [child('skipped', { message: describeOpen(device, entry) })];
    case 'rejected': {
      const { wave } = device;
      const reason = latest?.reason ?? '';
      if (wave.wave.rejected === 'ignore' && wave.tally.rejected < wave.wave.devices.length)
        return [child('skipped', { message: `rejected by the API, which the plan ignores: ${reason}` })];
      return [failure(standing, reason, isAcknowledged)];
    }
    case 'failed':
    case 'timed-out':
    case 'unknown':
    case 'inconclusive':
      return [failure(standing, latest === undefined ? '' : notesOn(latest).join(', '), isAcknowledged)];
  }
}

const BUCKET_MESSAGES: Readonly<Record<FailureOutcome, string>> = {
  failed: 'the device reported that it failed',
  rejected: 'rejected by the API',
  'timed-out': 'it had not ended when its time was out',
  unknown: 'accepted, but never listed by the API',
  inconclusive: 'it had succeeded, and was not confirmed',
};

function failure(type: FailureOutcome, detail: string, isAcknowledged: boolean): string {
  const told = `${BUCKET_MESSAGES[type]}${detail === '' ? '' : `: ${detail}`}`;
  return child('failure', { type, message: `${told}${isAcknowledged ? ' (acknowledged)' : ''}` });
}

function describeOpen({ standing, attempts }: DeviceRecord, { record }: ReportEntry): string {
  if (standing !== 'waiting') {
    const open =
      record.state.phase.kind === 'closed'
        ? 'it had not ended when it was no longer watched after the halt'
        : 'in flight';
    const latest = attempts.at(-1);
    return [open, ...(latest === undefined ? [] : notesOn(latest))].join(', ');
  }
  const doubted = attempts.find(({ deployment }) => deployment.state.call.kind === 'doubted');
  return doubted === undefined
    ? 'not reached'
    : `in doubt: it is not known whether ${nameDeployment(doubted.deployment.state.key)} exists`;
}

/** Where there is more to tell than the verdict. */
function historyOf({ attempts }: DeviceRecord): readonly string[] {
  const isPlain =
    attempts.length <= 1 && attempts.every(({ late, lastWord }) => late === null && lastWord === null);
  if (isPlain) return [];
  const lines = attempts.map((attempt) => escapeXml(describeAttempt(attempt)));
  return [`      <system-out>${lines.join('\n')}</system-out>\n`];
}
