/**
 * `breakwater report NAME --format csv`: a row a device, for spreadsheets, after RFC 4180. A cell that a spreadsheet would
 * take for a formula gets an apostrophe in front: serials cannot begin so, but what others say can.
 */
import { stringify } from 'csv-stringify/sync';
import { printable } from '../../base/text.ts';
import type { LastWord } from '../../rollout/last-word.ts';
import { momentOrNull } from '../wording/moments.ts';
import { requestIdsOf } from './deployment-facts.ts';
import { devicesOf } from './devices.ts';
import type { DeviceRecord } from './devices.ts';
import type { ReportEntry } from './record.ts';

/** In their order; documented in the README. Later ones come after these. */
const COLUMNS = [
  'rollout',
  'wave',
  'serial',
  'standing',
  'acknowledged',
  'changed_at',
  'attempts',
  'deployment',
  'call',
  'deployment_id',
  'request_ids',
  'intended_at',
  'accepted_at',
  'processing_at',
  'ended_at',
  'reason',
  'late_outcome',
  'late_at',
  'last_word',
  'connection',
] as const;

/** Rows are made into text together: one by one takes twice as long. */
const ROWS_AT_ONCE = 1_000;

type Row = readonly (string | number)[];

export function* renderReportCsv({ record }: ReportEntry): Generator<string> {
  const { name } = record.state.plan;
  let rows: Row[] = [COLUMNS];
  for (const device of devicesOf(record)) {
    rows.push(rowOf(device, name));
    if (rows.length < ROWS_AT_ONCE) continue;
    yield renderRows(rows);
    rows = [];
  }
  yield renderRows(rows);
}

function renderRows(rows: readonly Row[]): string {
  return stringify([...rows], { escape_formulas: true, record_delimiter: '\r\n' });
}

/** Of its latest attempt; the number of attempts tells whether there were others. */
function rowOf(
  { serial, wave, deviceStatus, isAcknowledged, changedAt, attempts }: DeviceRecord,
  rollout: string,
): Row {
  const latest = attempts.at(-1);
  const late = attempts.findLast((attempt) => attempt.late !== null)?.late ?? null;
  const call = latest?.deployment.state.call;
  const accepted = call?.kind === 'accepted' ? call : null;
  return [
    rollout,
    printable(wave.wave.name),
    serial,
    deviceStatus,
    isAcknowledged ? 'yes' : 'no',
    moment(changedAt),
    attempts.length,
    latest === undefined ? '' : printable(latest.deployment.state.key),
    call?.kind ?? '',
    accepted === null ? '' : printable(accepted.deploymentId),
    latest === undefined ? '' : requestIdsOf(latest.deployment).map(printable).join(' '),
    moment(latest?.deployment.state.intendedAt ?? null),
    moment(accepted?.acceptedAt ?? null),
    moment(latest?.processingAt ?? null),
    moment(latest?.endedAt ?? null),
    printable(latest?.reason ?? ''),
    late?.outcome ?? '',
    moment(late?.at ?? null),
    wordOf(latest?.lastWord ?? null),
    latest?.connection?.status ?? '',
  ];
}

/** As the API sent it; `not-listed` and `deployment-not-found` are no words of the API. */
function wordOf(lastWord: LastWord | null): string {
  if (lastWord === null) return '';
  return lastWord.kind === 'listed' ? `listed: ${printable(lastWord.word)}` : lastWord.kind;
}

function moment(at: number | null): string {
  return momentOrNull(at) ?? '';
}
