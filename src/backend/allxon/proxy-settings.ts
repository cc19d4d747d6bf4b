/** Proxies by the environment: `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY`, in either case; the lower case wins, as with curl. */

export type ProxySettings =
  | {
      readonly kind: 'settings';
      /** URLs; empty for none. */
      readonly httpProxy: string;
      /** That of http where `HTTPS_PROXY` is not set; where it is set and empty, none is wanted. */
      readonly httpsProxy: string;
      readonly noProxy: string;
    }
  /** `reason` is a sentence that does not repeat the value: there may be a password in it. */
  | { readonly kind: 'wrong'; readonly reason: string };

export function readProxySettings(env: Readonly<Record<string, string | undefined>>): ProxySettings {
  const proxies = ['HTTP_PROXY', 'HTTPS_PROXY'].map((name) => ({
    name,
    url: readProxyUrl(valueOf(env, name)),
  }));
  const wrong = proxies.find(({ url }) => url === null);
  if (wrong !== undefined) {
    return {
      kind: 'wrong',
      reason: `${wrong.name} is not the address of a proxy: expected http://HOST:PORT`,
    };
  }
  const [httpProxy, httpsProxy] = proxies.map(({ url }) => url ?? '');
  return {
    kind: 'settings',
    httpProxy: httpProxy ?? '',
    httpsProxy: (isSet(env, 'HTTPS_PROXY') ? httpsProxy : httpProxy) ?? '',
    noProxy: valueOf(env, 'NO_PROXY'),
  };
}

/** The variables that a connection by https goes by, without the user and the password in them. */
export function showProxyVariables(
  env: Readonly<Record<string, string | undefined>>,
): readonly { readonly name: string; readonly value: string }[] {
  const proxy = isSet(env, 'HTTPS_PROXY') ? 'HTTPS_PROXY' : 'HTTP_PROXY';
  return [proxy, 'NO_PROXY']
    .filter((name) => isSet(env, name))
    .map((name) => ({
      name: env[name.toLowerCase()] === undefined ? name : name.toLowerCase(),
      value: name === 'NO_PROXY' ? valueOf(env, name) : showProxyUrl(valueOf(env, name)),
    }));
}

function showProxyUrl(text: string): string {
  const url = readProxyUrl(text);
  if (url === null) return '***';
  if (url === '') return '';
  const { protocol, username, password, host } = new URL(url);
  return `${protocol}//${username === '' && password === '' ? '' : '***@'}${host}`;
}

function valueOf(env: Readonly<Record<string, string | undefined>>, name: string): string {
  return (env[name.toLowerCase()] ?? env[name] ?? '').trim();
}

function isSet(env: Readonly<Record<string, string | undefined>>, name: string): boolean {
  return (env[name.toLowerCase()] ?? env[name]) !== undefined;
}

/** `host:port` is taken for a plain http proxy, as curl does. `null` for what no proxy's address can be. */
function readProxyUrl(text: string): string | null {
  if (text === '') return '';
  const full = text.includes('://') ? text : `http://${text}`;
  if (!URL.canParse(full)) return null;
  const { protocol, hostname, username, password } = new URL(full);
  const isUsable = (protocol === 'http:' || protocol === 'https:') && hostname !== '';
  return isUsable && isPercentEncoded(username) && isPercentEncoded(password) ? full : null;
}

function isPercentEncoded(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
