/** Thrown by the fold for an event on record that cannot follow those before it: something else than Breakwater wrote it. */
export class RecordDamage extends Error {
  override readonly name = 'RecordDamage';
  readonly seq: number;
  readonly reason: string;

  /** `reason` is a clause about the event. */
  constructor(seq: number, reason: string) {
    super(`event ${seq} of the record: ${reason}`);
    this.seq = seq;
    this.reason = reason;
  }
}

/** What `error` says of the event that could not be folded. */
export function damageBy(
  error: unknown,
  { seq, type }: { readonly seq: number; readonly type: string },
): RecordDamage {
  if (error instanceof RecordDamage) return error;
  const rule =
    error instanceof Error && error.name === 'Bug' ? error.message : 'it lacks data that its type needs';
  return new RecordDamage(seq, `${type} cannot follow the lines before it: ${rule}`);
}
