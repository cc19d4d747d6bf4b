/**
 * What a call must pass before it is answered: its authorization, the rate limit, and faults of the scenario.
 *
 * Authorization: the headers, an epoch near the server's clock, a signature. It is written from the vendor's description
 * alone; the client has its own reading of it, and the two must agree.
 *
 * The description wants `Content-Type` on GET too, but the vendor's own script for a GET does not send it. Customers
 * run the script, so it is required only where there is a body to describe.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { refusal } from './api-call.ts';
import type { ApiCall, PlainAnswer } from './api-call.ts';
import type { Scenario, CallKind, FaultRule } from './scenario.ts';
import { randomOf } from '../../base/random.ts';
import { WHOLE_SHARE } from './scenario.ts';

export type Credentials = { readonly keyId: string; readonly secret: string };

/**
 * "Outside a 10 minute window": read as five minutes to either side of the server's clock, the stricter of the two
 * readings, so that whatever passes here passes there.
 */
export const EPOCH_WINDOW_MS = 600_000;

const HOUR_MS = 3_600_000;

const AUTHORIZATION_PATTERN = /^ALLXON-SIG1 Credential="([^"]*)",Signature="([0-9a-f]{64})"$/;

/** The 401 that `call` gets, or `null`. `serverNow` is the server's clock in epoch milliseconds. */
export function refuseUnauthorized(
  call: ApiCall,
  { credentials, serverNow }: { readonly credentials: Credentials; readonly serverNow: number },
): PlainAnswer | null {
  const missing = missingHeaders(call);
  if (missing.length > 0) return refusal(401, 1, `Headers missing or not as required: ${missing.join(', ')}`);
  const epochText = call.headers['x-allxon-epoch'] ?? '';
  if (!/^\d{1,15}$/.test(epochText)) return refusal(401, 2, 'X-Allxon-Epoch is not a time in milliseconds');
  if (Math.abs(Number(epochText) - serverNow) > EPOCH_WINDOW_MS / 2) {
    return refusal(401, 2, 'X-Allxon-Epoch is outside the 10 minute window');
  }
  const [, keyId = '', signature = ''] =
    AUTHORIZATION_PATTERN.exec(call.headers['authorization'] ?? '') ?? [];
  if (signature === '') return refusal(401, 3, 'Authorization is not of the form ALLXON-SIG1');
  const expected = signatureOf(`${call.method}${call.path}${epochText}`, {
    secret: credentials.secret,
    epochText,
  });
  // Both are always compared, so that the time taken tells nothing of which was wrong.
  const isSignatureRight = timingSafeEqual(Buffer.from(signature, 'hex'), expected);
  return keyId === credentials.keyId && isSignatureRight
    ? null
    : refusal(401, 4, 'The key or the signature is not valid');
}

function missingHeaders({ method, headers }: ApiCall): readonly string[] {
  const required: readonly (readonly [name: string, value: string])[] = [
    ['Accept', 'application/json'],
    ['Accept-Encoding', 'gzip'],
    ...(method === 'GET' ? [] : ([['Content-Type', 'application/json']] as const)),
  ];
  const unmet = required.filter(([name, value]) => !isAmong(value, headers[name.toLowerCase()] ?? ''));
  const absent = ['Authorization', 'X-Allxon-Epoch'].filter(
    (name) => (headers[name.toLowerCase()] ?? '') === '',
  );
  return [...unmet.map(([name, value]) => `${name}: ${value}`), ...absent];
}

/** Whether `value` is one of a header's comma-separated values, its parameters (`;charset=…`) aside. */
function isAmong(value: string, header: string): boolean {
  return header.split(',').some((part) => part.split(';')[0]?.trim().toLowerCase() === value);
}

/** The signing key goes into the second HMAC as its hex text, not as the bytes that the text stands for. */
function signatureOf(
  message: string,
  { secret, epochText }: { readonly secret: string; readonly epochText: string },
): Buffer {
  const hour = String(Math.floor(Number(epochText) / HOUR_MS));
  const signingKey = createHmac('sha256', secret).update(hour).digest('hex');
  return createHmac('sha256', signingKey).update(message).digest();
}

// So many calls in a window of time. A window opens with its first call; the budget is full again once it is over.

export type Budget = 'left' | 'used-up' | 'used-up-and-told';

export class RateLimit {
  private readonly rules: Scenario['rateLimit'];
  private window: { readonly resetAt: number; used: number; isTold: boolean } | null = null;

  constructor(rules: Scenario['rateLimit']) {
    this.rules = rules;
  }

  /**
   * Takes one call from the budget. `used-up-and-told`: an earlier call of this window has been refused already, so
   * that whoever called has not waited for Reset.
   */
  take(now: number): Budget {
    const window = this.windowAt(now);
    if (window.used < this.rules.limit) {
      window.used++;
      return 'left';
    }
    const wasTold = window.isTold;
    window.isTold = true;
    return wasTold ? 'used-up-and-told' : 'used-up';
  }

  /** As if someone else who has the key had made all the calls that were left; the answer says so. */
  useUp(now: number): void {
    const window = this.windowAt(now);
    window.used = this.rules.limit;
    window.isTold = true;
  }

  /** Times by the server's clock. A Reset in whole seconds lies at or after the window's true end, never before it. */
  headers(now: number, clockSkewMs: number): Readonly<Record<string, string>> {
    const { used, resetAt } = this.windowAt(now);
    const resetMs = this.rules.reset === 'epoch' ? resetAt + clockSkewMs : resetAt - now;
    return {
      'X-Ratelimit-Limit': String(this.rules.limit),
      'X-Ratelimit-Remaining': String(this.rules.limit - used),
      'X-Ratelimit-Reset': String(Math.ceil(resetMs / 1000)),
    };
  }

  private windowAt(now: number): { readonly resetAt: number; used: number; isTold: boolean } {
    if (this.window === null || now >= this.window.resetAt) {
      this.window = { resetAt: now + this.rules.windowMs, used: 0, isTold: false };
    }
    return this.window;
  }
}

type CallOrdinals = {
  /** From 1, among the calls of the same kind. */
  readonly ofKind: number;
  /** From 1, among all calls. */
  readonly ofAll: number;
};

export type CallToStrike = {
  readonly kind: CallKind;
  readonly ordinals: CallOrdinals;
  /** Since the simulator's start. */
  readonly elapsedMs: number;
};

/** The first rule that strikes. Drawn by the seed, the rule and the call's ordinal. */
export function decideFault(
  { seed, faults }: { readonly seed: number; readonly faults: readonly FaultRule[] },
  call: CallToStrike,
): FaultRule | null {
  return faults.find((rule, index) => isStruck(rule, { seed, index, call })) ?? null;
}

function isStruck(
  rule: FaultRule,
  { seed, index, call }: { readonly seed: number; readonly index: number; readonly call: CallToStrike },
): boolean {
  if (rule.call !== 'any' && rule.call !== call.kind) return false;
  if (call.elapsedMs < rule.fromMs || call.elapsedMs >= rule.toMs) return false;
  const ordinal = rule.call === 'any' ? call.ordinals.ofAll : call.ordinals.ofKind;
  return rule.at.includes(ordinal) || randomOf(seed, 'fault', index, ordinal)() * WHOLE_SHARE < rule.share;
}
