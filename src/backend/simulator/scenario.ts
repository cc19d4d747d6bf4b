/**
 * What a simulated account is like: how its devices behave, what its server does wrong and when. Every default is
 * applied here or in the parser, so that nothing is optional in a `Scenario`; it is plain data and holds no state.
 */

/** How a device ends. Whatever is left of 100 % of the devices ends in `success`. */
export type Outcome = 'success' | SharedOutcome;

/** Outcomes that a scenario gives shares to, in the order in which the shares are laid out over the draw. */
export const SHARED_OUTCOMES = [
  /** The POST's answer rejects it. */
  'rejected',
  /** Accepted, but never listed. */
  'unknown',
  'failed',
  /** Stays `processing` for ever. */
  'stuck',
  /** Stays `processing` for ever, and `GET /connection` calls it offline. */
  'offline',
  /** `processing` until `lateAfterMs`, then `success`. */
  'late',
  /** `processing` until `vanishAfterMs`, then no longer listed. */
  'vanish',
  /** `failed`, then `success` once `flipAfterMs` have passed since. */
  'flip',
  /** `success`, then `failed` once `relapseAfterMs` have passed since. */
  'relapse',
  /** `success`, then the behaviour's `word` once `relapseAfterMs` have passed since. */
  'contrary',
  /** `success`, then no longer listed once `relapseAfterMs` have passed since. */
  'unlisted',
  /** `processing`, then the behaviour's `word` for ever. */
  'odd',
] as const;
export type SharedOutcome = (typeof SHARED_OUTCOMES)[number];

/** Shares are integers, in millionths: 0.5 % is 5000. */
export const WHOLE_SHARE = 1_000_000;

export type DurationModel =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** Two thirds of the devices lie between `medianMs / spread` and `medianMs * spread`; none takes over `mostMs`. */
  | {
      readonly kind: 'lognormal';
      readonly medianMs: number;
      readonly spread: number;
      readonly mostMs: number;
    };

export type Behaviour = {
  /** From the deployment to the first status of a device other than `processing`, unless its outcome has a time of its own. */
  readonly duration: DurationModel;
  readonly shares: Readonly<Partial<Record<SharedOutcome, number>>>;
  readonly lateAfterMs: number;
  readonly vanishAfterMs: number;
  readonly flipAfterMs: number;
  readonly relapseAfterMs: number;
  /** The status of a `contrary` or `odd` device, as the API writes it. */
  readonly word: string;
  /** What `GET /connection` says of the device; `null`: `offline` for an `offline` one, and else `online`. */
  readonly connection: ConnectionWord | null;
};

/** `unlisted`: the device is left out. */
export type ConnectionWord = 'online' | 'offline' | 'abnormal' | 'unlisted';

/** Lays `behaviour` over what came before it, for the devices and deployments that it names. */
export type Override = {
  /** Serials, in which `*` stands for any text and `?` for one character; `null` is every device. */
  readonly serials: readonly string[] | null;
  /** Ordinals of deployments, from 1; `null` is every deployment. */
  readonly deployments: readonly number[] | null;
  /** The share of those devices that it touches, drawn by the seed; a device keeps its luck in every deployment. */
  readonly share: number;
  readonly behaviour: Partial<Behaviour>;
};

/** How the answer to a POST lists the devices: the vendor does not say. */
export type AnswerShape = 'serials' | 'objects' | 'sn-objects' | 'map';

/** The call is refused with this status before it has an effect; a redirect leads to the same path. */
export const REFUSED_STATUSES = {
  'status-302': { status: 302, text: 'Found' },
  'status-400': { status: 400, text: 'Bad request' },
  'status-405': { status: 405, text: 'Method not allowed' },
  'status-409': { status: 409, text: 'Conflict' },
  'status-410': { status: 410, text: 'Gone' },
  'status-413': { status: 413, text: 'Content too large' },
  'status-422': { status: 422, text: 'Unprocessable content' },
  'status-426': { status: 426, text: 'Upgrade required' },
  'status-451': { status: 451, text: 'Unavailable for legal reasons' },
} as const;

type RefusedStatus = keyof typeof REFUSED_STATUSES;

export function isRefusedStatus(fault: FaultName | null): fault is RefusedStatus {
  return fault !== null && Object.hasOwn(REFUSED_STATUSES, fault);
}

/** A list of which the answer holds a part. They spoil no answer but a list. */
export const LIST_FAULT_NAMES = [
  /** `Link: rel="next"` leads to the rest. */
  'paged-list',
  /** `X-Total-Count` tells how many there are; nothing leads to the rest. */
  'partial-list',
  /** An object with `items` and `total`; nothing leads to the rest. */
  'wrapped-list',
  /** `Link: rel="next"` leads to another server. */
  'foreign-link',
  /** `Link: rel="next"` leads to the same answer again, for ever. */
  'endless-list',
] as const;

/** Answers that are larger or deeper than any that was asked for. */
export const SIZE_FAULT_NAMES = ['gzip-bomb', 'deep-nesting', 'too-many-rows'] as const;

/** The answer is right, and its `Date` is not. */
const DATE_FAULT_NAMES = ['no-date', 'wrong-date', 'cached-date'] as const;

export const FAULT_NAMES = [
  'status-429',
  'status-500',
  'status-500-after-effect',
  'status-503',
  'unauthorized',
  'forbidden',
  'not-found',
  'reset-before-effect',
  'reset-after-effect',
  'timeout-after-effect',
  'cut-off',
  'truncated',
  'not-json',
  'slow',
  'wrong-status-word',
  'foreign-device',
  'duplicate-device',
  'unreadable-lists',
  'unreadable-answer',
  ...(Object.keys(REFUSED_STATUSES) as RefusedStatus[]),
  ...LIST_FAULT_NAMES,
  ...SIZE_FAULT_NAMES,
  ...DATE_FAULT_NAMES,
] as const;

/** What goes wrong in bringing a file, and strikes nothing else. */
export const UPLOAD_FAULT_NAMES = [
  'expired-url',
  'wrong-checksum',
  'insecure-url',
  'damaged-file',
  'redirect',
] as const;

/** Those that any call may meet with. */
export type CallFaultName = (typeof FAULT_NAMES)[number];

export type FaultName = CallFaultName | (typeof UPLOAD_FAULT_NAMES)[number];

/**
 * `artifact` makes one, `upload-url` asks where its file is to be put; `upload` puts it, into a storage that is no part of
 * the API. `other` is a call that no endpoint takes.
 */
export type CallKind = 'post' | 'poll' | 'connection' | 'artifact' | 'upload-url' | 'upload' | 'other';

export type FaultRule = {
  readonly fault: FaultName;
  readonly call: Exclude<CallKind, 'other'> | 'any';
  /** The share of the calls that it strikes, besides those in `at`. */
  readonly share: number;
  /** Ordinals, from 1, among the calls that `call` names. */
  readonly at: readonly number[];
  /** It strikes only within this time since the simulator's start; `toMs` is exclusive, and may be `Infinity`. */
  readonly fromMs: number;
  readonly toMs: number;
  /** How long `slow` holds an answer back. */
  readonly delayMs: number;
  /** How far `wrong-date` is ahead, and how old a `cached-date` is: both in milliseconds. */
  readonly shiftMs: number;
  /** How many rows a part of a list has; `null`: half of what is left, and at least one. */
  readonly rows: number | null;
};

export type Scenario = {
  readonly seed: number;
  /** The server's clock less ours. */
  readonly clockSkewMs: number;
  /** Whether answers have a `Date`. */
  readonly hasDate: boolean;
  /** A body of a POST that has more bytes is refused with `status`; `null` where any size is taken. */
  readonly bodyLimit: { readonly bytes: number; readonly status: 400 | 413 } | null;
  /**
   * Deployments that get 404 from `afterMs` after they were made on: by their ordinals, from 1, or all where that is
   * `null`. `null`: none.
   */
  readonly forgotten: { readonly afterMs: number; readonly deployments: readonly number[] | null } | null;
  /** The devices that the account holds; any other is rejected. `null`: every serial is a device of the account. */
  readonly account: readonly string[] | null;
  /**
   * The artifacts that exist besides those that are uploaded, in lower case; any other gets 404. `null`: every artifact
   * exists.
   */
  readonly artifacts: readonly string[] | null;
  readonly answerShape: AnswerShape;
  readonly rateLimit: {
    readonly limit: number;
    readonly windowMs: number;
    /** Whether `X-Ratelimit-Reset` is an epoch or a number of seconds from now: the vendor's pages say both. */
    readonly reset: 'epoch' | 'seconds';
  };
  readonly devices: Behaviour;
  /** In this order, the later over the earlier. */
  readonly overrides: readonly Override[];
  /** The first that strikes a call decides. */
  readonly faults: readonly FaultRule[];
};

/** What a scenario that says nothing means: every device succeeds, in minutes, and the server does nothing wrong. */
export const SCENARIO_DEFAULTS: Scenario = {
  seed: 1,
  clockSkewMs: 0,
  hasDate: true,
  bodyLimit: null,
  forgotten: null,
  account: null,
  artifacts: null,
  answerShape: 'serials',
  rateLimit: { limit: 1000, windowMs: 3_600_000, reset: 'epoch' },
  devices: {
    duration: { kind: 'lognormal', medianMs: 120_000, spread: 1.6, mostMs: 1_200_000 },
    shares: {},
    lateAfterMs: 7_200_000,
    vanishAfterMs: 60_000,
    flipAfterMs: 120_000,
    relapseAfterMs: 600_000,
    word: 'rolled_back',
    connection: null,
  },
  overrides: [],
  faults: [],
};

/**
 * A whole rule out of what is given of one: it strikes any call, at any time; with neither `share` nor `at`, every call,
 * and with `at` alone, those calls and no other.
 */
export function faultRule(given: Pick<FaultRule, 'fault'> & Partial<FaultRule>): FaultRule {
  return {
    call: 'any',
    share: given.at === undefined ? WHOLE_SHARE : 0,
    at: [],
    fromMs: 0,
    toMs: Infinity,
    delayMs: FAULT_DELAY_MS,
    shiftMs: DATE_SHIFT_MS,
    rows: null,
    ...given,
  };
}

const FAULT_DELAY_MS = 10_000;
const DATE_SHIFT_MS = 9_000_000;

/** The scenario, with the account that holds `serials` where it does not name any. */
export function withAccount(scenario: Scenario, serials: readonly string[]): Scenario {
  return { ...scenario, account: scenario.account ?? serials };
}
