/** Where the API is. */
import type { Region } from '../../plan/rollout-plan.ts';

const HOSTS: Readonly<Record<Region, string>> = {
  us: 'https://us.api.allxon.com',
  eu: 'https://eu.api.allxon.com',
};

export function hostOf(region: Region): string {
  return HOSTS[region];
}

/** An origin (`https://host:port`), or why the text cannot be one: the rest of a sentence that begins with "it". */
export type BaseUrl =
  { readonly kind: 'url'; readonly origin: string } | { readonly kind: 'refused'; readonly reason: string };

/** `https`, or `http` to this machine only: signed requests must not cross a network in the clear. */
export function parseBaseUrl(text: string): BaseUrl {
  if (!URL.canParse(text)) return refused('is not a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return refused('is not https or http');
  if (url.username !== '' || url.password !== '') return refused('holds a user name or a password');
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return refused(
      'holds a path; only scheme, host and port are expected, because the path is part of the signature',
    );
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return refused('is plain http to another machine; use https, or a loopback address');
  }
  return { kind: 'url', origin: url.origin };
}

/** `hostname` as `URL` gives it: IPv6 addresses in brackets. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

function refused(reason: string): BaseUrl {
  return { kind: 'refused', reason };
}
