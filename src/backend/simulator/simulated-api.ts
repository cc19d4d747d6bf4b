/**
 * The API without sockets: a call in, a reply out. The server is a thin shell over it, and a test or a whole rollout in
 * virtual time can do without the server.
 *
 *   call ─ endpoint? ─ headers, epoch, signature? ─ budget left? ─ fault? ─ effect on the world ─ reply
 *           405 404             401                     429
 *
 * A call that is refused before `fault?` is neither struck nor counted by the scenario's fault rules. Of the time, it
 * reads the clock that it is given once a call; the only thing that it waits for is a `slow` answer.
 */
import type { Clock } from '../../base/clock.ts';
import { refusal, parseRoute } from './api-call.ts';
import type { ApiAnswer, ApiCall, ApiReply, PlainAnswer, Route } from './api-call.ts';
import type { StoredArtifact } from './artifacts.ts';
import { refuseUnauthorized, RateLimit, decideFault } from './admission.ts';
import type { Credentials } from './admission.ts';
import { drawUuid, randomOf } from '../../base/random.ts';
import { encodeAnswer } from './encode-answer.ts';
import { answerEndpoint } from './endpoints.ts';
import type { EndpointCall } from './endpoints.ts';
import type { Ledger, LedgerDeployment, CallRecord, SimulatorStats } from './ledger.ts';
import { isRefusedStatus, REFUSED_STATUSES } from './scenario.ts';
import type { CallKind, FaultRule, Scenario } from './scenario.ts';
import { strikePut } from './storage.ts';
import { Tally } from './ledger.ts';
import { SimulatedAccount } from './simulated-account.ts';

export type SimulatedApiOptions = {
  readonly scenario: Scenario;
  readonly credentials: Credentials;
  readonly clock: Clock;
  /** Told of every call, once its reply is decided. */
  readonly onCall?: (call: CallRecord) => void;
  /** Told of every deployment as it is made, whether or not its caller ever gets the answer. */
  readonly onDeployment?: (made: LedgerDeployment) => void;
  /** Told of every artifact whose file has come. */
  readonly onArtifact?: (stored: StoredArtifact) => void;
};

type Verdict = { readonly reply: ApiReply; readonly fault: FaultRule | null };

type Admitted = Pick<EndpointCall, 'route' | 'body' | 'now' | 'host' | 'path'> & {
  readonly requestId: string;
};

export class SimulatedApi {
  private readonly options: SimulatedApiOptions;
  private readonly world: SimulatedAccount;
  private readonly rateLimit: RateLimit;
  private readonly tally = new Tally();
  private readonly startedAt: number;
  private readonly admitted: Record<CallKind | 'any', number> = {
    any: 0,
    post: 0,
    poll: 0,
    connection: 0,
    artifact: 0,
    'upload-url': 0,
    upload: 0,
    other: 0,
  };
  private arrived = 0;

  constructor(options: SimulatedApiOptions) {
    this.options = options;
    this.world = new SimulatedAccount(options.scenario, options.onDeployment, options.onArtifact);
    this.rateLimit = new RateLimit(options.scenario.rateLimit);
    this.startedAt = options.clock.now();
  }

  /** Never rejects. The effect is had at once; only a `slow` answer takes time, until `signal` aborts at the latest. */
  async respond(call: ApiCall, signal?: AbortSignal): Promise<ApiReply> {
    const { clock, scenario, onCall } = this.options;
    const now = clock.now();
    const ordinal = ++this.arrived;
    const requestId = drawUuid(randomOf(scenario.seed, 'request', ordinal));
    const route = parseRoute(call);
    const { reply, fault } = this.decide(call, { route, now, requestId });
    const status = reply.kind === 'answer' || reply.kind === 'cut-off' ? reply.status : null;
    const { method, path } = call;
    const record: CallRecord = {
      ordinal,
      at: now,
      method,
      path,
      kind: route.kind,
      status,
      requestId,
      fault: fault?.fault ?? null,
    };
    this.tally.add(record);
    onCall?.(record);
    if (fault?.fault === 'slow') await clock.sleepUntil(now + fault.delayMs, signal);
    return reply;
  }

  artifacts(): readonly StoredArtifact[] {
    return this.world.artifacts.list();
  }

  ledger(): Ledger {
    return this.world.ledger();
  }

  stats(): SimulatorStats {
    return this.tally.stats();
  }

  private decide(
    call: ApiCall,
    { route, now, requestId }: { readonly route: Route; readonly now: number; readonly requestId: string },
  ): Verdict {
    const plainly = (answer: PlainAnswer): Verdict => ({
      reply: { kind: 'answer', ...this.encode(answer, { now, requestId }, null) },
      fault: null,
    });
    if (route.kind === 'other') return plainly(route.refusal);
    if (route.kind === 'upload') return this.putFile(call, now);
    const { scenario, credentials } = this.options;
    const unauthorized = refuseUnauthorized(call, { credentials, serverNow: now + scenario.clockSkewMs });
    if (unauthorized !== null) return plainly(unauthorized);
    const budget = this.rateLimit.take(now);
    if (budget !== 'left') {
      this.tally.addOverLimit(budget === 'used-up-and-told');
      return plainly(OVER_LIMIT);
    }
    const ordinals = { ofKind: ++this.admitted[route.kind], ofAll: ++this.admitted.any };
    const fault = decideFault(scenario, { kind: route.kind, ordinals, elapsedMs: now - this.startedAt });
    const host = call.headers['host'] ?? 'localhost';
    const { body, path } = call;
    return { reply: this.strike({ route, now, requestId, host, body, path }, fault), fault };
  }

  /** Of the faults, those for any call are about the API and pass it by. */
  private putFile(call: ApiCall, now: number): Verdict {
    const { scenario } = this.options;
    const ordinals = { ofKind: ++this.admitted.upload, ofAll: 0 };
    const faults = scenario.faults.filter((rule) => rule.call === 'upload');
    const elapsedMs = now - this.startedAt;
    const fault = decideFault({ ...scenario, faults }, { kind: 'upload', ordinals, elapsedMs });
    return { reply: strikePut(this.world.artifacts, { call, now }, fault?.fault ?? null), fault };
  }

  private strike(call: Admitted, rule: FaultRule | null): ApiReply {
    const fault = rule?.fault ?? null;
    const answerWith = (answer: PlainAnswer): ApiReply => ({
      kind: 'answer',
      ...this.encode(answer, call, rule),
    });
    const rows = rule?.rows ?? null;
    const serve = () => answerEndpoint(this.world, this.options.scenario, { ...call, fault, rows });
    if (isRefusedStatus(fault)) {
      const { status, text } = REFUSED_STATUSES[fault];
      const headers = status === 302 ? { Location: `http://${call.host}${call.path}` } : {};
      return answerWith({ ...refusal(status, 9, text), headers });
    }
    switch (fault) {
      case 'status-429':
        this.rateLimit.useUp(call.now);
        return answerWith(OVER_LIMIT);
      case 'status-500':
        return answerWith(refusal(500, 1, 'Internal server error'));
      case 'status-503':
        return answerWith(refusal(503, 1, 'Service unavailable'));
      case 'unauthorized':
        return answerWith(refusal(401, 4, 'The key or the signature is not valid'));
      case 'forbidden':
        return answerWith(refusal(403, 1, 'The key has no permission for this call'));
      case 'not-found':
        return answerWith(refusal(404, 4, 'Not found'));
      case 'reset-before-effect':
        return { kind: 'reset' };
      case 'status-500-after-effect':
        serve();
        return answerWith(refusal(500, 1, 'Internal server error'));
      case 'reset-after-effect':
        serve();
        return { kind: 'reset' };
      case 'timeout-after-effect':
        serve();
        return { kind: 'hang' };
      case 'cut-off': {
        const answer = this.encode(serve(), call, rule);
        return { kind: 'cut-off', ...answer, sentBytes: Math.floor(answer.body.length / 2) };
      }
      case null:
      case 'truncated':
      case 'not-json':
      case 'slow':
      case 'wrong-status-word':
      case 'foreign-device':
      case 'duplicate-device':
      case 'unreadable-lists':
      case 'unreadable-answer':
      case 'paged-list':
      case 'partial-list':
      case 'wrapped-list':
      case 'foreign-link':
      case 'endless-list':
      case 'gzip-bomb':
      case 'deep-nesting':
      case 'too-many-rows':
      case 'no-date':
      case 'wrong-date':
      case 'cached-date':
      case 'expired-url':
      case 'wrong-checksum':
      case 'insecure-url':
      case 'damaged-file':
      case 'redirect':
        return answerWith(serve());
    }
  }

  private encode(
    answer: PlainAnswer,
    { now, requestId }: { readonly now: number; readonly requestId: string },
    rule: FaultRule | null,
  ): ApiAnswer {
    const { clockSkewMs, hasDate } = this.options.scenario;
    const rateLimit = this.rateLimit.headers(now, clockSkewMs);
    return encodeAnswer(answer, { serverNow: now + clockSkewMs, requestId, rateLimit, hasDate }, rule);
  }
}

const OVER_LIMIT = refusal(429, 1, 'Too many calls: wait until X-Ratelimit-Reset');
