/** The end of what a command prints, on either stream, however much that is. */
import type { Mask } from '../backend/allxon/mask.ts';

const SHOWN_BYTES = 4_096;
const SHOWN_LINES = 20;

/** What is kept before what is shown, so that a secret is whole where it is masked, and half of one is not shown. */
const MARGIN_BYTES = 4_096;
const KEPT_BYTES = SHOWN_BYTES + MARGIN_BYTES;

export class OutputTail {
  private kept = Buffer.alloc(0);
  private isCut = false;

  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.kept, chunk.subarray(-KEPT_BYTES)]);
    this.isCut ||= chunk.length > KEPT_BYTES || all.length > KEPT_BYTES;
    this.kept = all.subarray(-KEPT_BYTES);
  }

  /** The last lines, masked; one that was cut into is left out, unless there is no other. */
  text(mask: Mask): string {
    const all = Buffer.from(mask(this.kept.toString('utf8')).trimEnd());
    const lines = all.subarray(-SHOWN_BYTES).toString('utf8').split('\n');
    const isCut = this.isCut || all.length > SHOWN_BYTES;
    const whole = isCut && lines.length > 1 ? lines.slice(1) : lines;
    return whole.slice(-SHOWN_LINES).join('\n');
  }
}
