/** How an upload is shown: one line that is painted over on a terminal, and else a line now and then. */
import { renderElapsed } from '../../../base/duration.ts';
import { printable } from '../../../base/text.ts';
import type { UploadNotice } from '../../../upload/upload-artifact.ts';
import { print } from '../../io.ts';
import type { Io } from '../../io.ts';

const PAINTED_EVERY_MS = 100;
const TOLD_EVERY_MS = 30_000;

export type ShownUpload = {
  readonly tell: (notice: UploadNotice) => void;
  /** Takes away what would be painted over. */
  readonly end: () => void;
};

export function showUpload(bytes: number, { stderr, clock }: Pick<Io, 'stderr' | 'clock'>): ShownUpload {
  const isPainted = stderr.isTTY;
  const times = { begunAt: clock.now(), toldAt: clock.now() };
  const wipe = () => {
    if (isPainted) stderr.write('\r\u001b[K');
  };
  const say = (line: string) => {
    wipe();
    print(stderr, `${line}\n`);
  };
  const printSent = (sent: number) => {
    const now = clock.now();
    if (now < times.toldAt + (isPainted ? PAINTED_EVERY_MS : TOLD_EVERY_MS)) return;
    times.toldAt = now;
    const line = describeSent(sent, bytes, now - times.begunAt);
    stderr.write(isPainted ? `\r\u001b[K${line}` : `${line}\n`);
  };
  return {
    tell(notice) {
      if (notice.kind === 'sent') printSent(notice.bytes);
      else if (notice.kind === 'sending') Object.assign(times, { begunAt: clock.now(), toldAt: clock.now() });
      else say(describeNotice(notice, clock.now()));
    },
    end: wipe,
  };
}

function describeNotice(
  notice: Exclude<UploadNotice, { readonly kind: 'sent' | 'sending' }>,
  now: number,
): string {
  switch (notice.kind) {
    case 'going-on':
      return `Going on with artifact ${notice.uuid}, which an earlier upload has made.`;
    case 'maybe-made': {
      const why =
        notice.failure === null
          ? 'An earlier upload ended before it knew its artifact'
          : `The answer was lost: ${printable(notice.failure)}`;
      return `${why}. An artifact without a file may be left in the Allxon portal; it harms nobody, and may be deleted there.`;
    }
    case 'trying-again':
      return `${printable(notice.why)}; trying again in ${renderElapsed(Math.max(0, notice.until - now))}.`;
  }
}

/** `45% of 1.2 GB, 12.3 MB/s`. */
function describeSent(sent: number, bytes: number, tookMs: number): string {
  const percent = Math.floor((sent * 100) / bytes);
  const speed = tookMs === 0 ? '' : `, ${renderBytes(Math.round((sent * 1000) / tookMs))}/s`;
  return `${percent}% of ${renderBytes(bytes)}${speed}`;
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `812 bytes`, `1.2 GB`. */
export function renderBytes(bytes: number): string {
  let value = bytes;
  let unit: string | null = null;
  for (const next of UNITS) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  if (unit === null) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${unit}`;
}
