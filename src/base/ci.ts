/** Whether a job of a CI service runs this. */

/** `CI` is set, and is not empty, `false` or `0`: so do all services whose jobs set it. */
export function isCi({ CI: ci }: Readonly<Record<string, string | undefined>>): boolean {
  return ci !== undefined && ci !== '' && ci !== 'false' && ci !== '0';
}
