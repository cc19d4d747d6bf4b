/** The end of what a command prints, on either stream, however much that is. */
const KEPT_BYTES = 4_096;
const KEPT_LINES = 20;

export class OutputTail {
  private kept = Buffer.alloc(0);
  private isCut = false;

  add(chunk: Uint8Array): void {
    const all = Buffer.concat([this.kept, chunk.subarray(-KEPT_BYTES)]);
    this.isCut ||= chunk.length > KEPT_BYTES || all.length > KEPT_BYTES;
    this.kept = all.subarray(-KEPT_BYTES);
  }

  /** The last lines; one that was cut into is left out, unless there is no other. */
  text(): string {
    const lines = this.kept.toString('utf8').trimEnd().split('\n');
    const whole = this.isCut && lines.length > 1 ? lines.slice(1) : lines;
    return whole.slice(-KEPT_LINES).join('\n');
  }
}
