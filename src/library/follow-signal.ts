/** A signal of Breakwater's own that aborts with the caller's, whatever reason that gives, and lets go of it at the end. */
export function followSignal(signal: AbortSignal | undefined): {
  readonly stop: AbortSignal;
  readonly close: () => void;
} {
  const controller = new AbortController();
  const abort = () => {
    controller.abort();
  };
  if (signal?.aborted === true) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return {
    stop: controller.signal,
    close() {
      signal?.removeEventListener('abort', abort);
    },
  };
}
