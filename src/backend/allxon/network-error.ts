/** What the system says of a connection that failed, as a clause for a person. */

/** Certificates that this machine does not trust: most often a company's proxy that looks into TLS. */
const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

export function describeNetworkError(error: unknown): string {
  const causes = causesOf(error);
  const innermost = causes.at(-1);
  if (innermost === undefined) return String(error);
  const advice = causes.some(({ code }) => UNTRUSTED.has(code))
    ? '; if that is a proxy of your own, name its certificate in NODE_EXTRA_CA_CERTS'
    : '';
  return `${innermost.message}${advice}`;
}

type Cause = { readonly code: string; readonly message: string };

/** The error and what caused it, outermost first; of several addresses that failed, each. */
function causesOf(error: unknown): readonly Cause[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors.flatMap(causesOf) : causesOf(error.cause);
  return [{ code: textIn(error, 'code'), message: messageOf(error) }, ...inner];
}

function messageOf(error: Error): string {
  const code = textIn(error, 'code');
  // OpenSSL's own message holds addresses in memory and a source file; its reason is what a person can use.
  const reason = textIn(error, 'reason');
  if (code.startsWith('ERR_SSL_') && reason !== '') return `TLS failed: ${reason}`;
  return error.message === '' ? code : error.message;
}

function textIn(error: object, key: string): string {
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' ? value : '';
}
