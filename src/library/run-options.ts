/** Options of a run: what the command line takes from flags, settings, the environment, and a person. */
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { RunEvent } from './generated/run-event.d.ts';

/** Runs one plan on the real API or on a simulator. */
export type RunOptions = RealRun | SimulatedRun;

export type RealRun = RunSettings & {
  readonly api: ApiAccess;
  /**
   * Digest of the plan that was approved for deployment, from `loadPlan` or from a reviewed preview. It replaces the question of
   * `breakwater run`, and `--yes`. If it is not the digest of the plan, nothing is done.
   */
  readonly agreedDigest: string;
  /**
   * Approvals in advance, for exactly this plan. Each is recorded when its wave is next. For a wave without an approval, the run
   * ends; or it waits up to `maxWaitMs` for an approval from elsewhere.
   */
  readonly approvals?: readonly Approval[];
  readonly simulator?: never;
};

/** Affects no real device: the API is a server in this process, on 127.0.0.1. Hooks and gates do not run. */
export type SimulatedRun = RunSettings & {
  readonly simulator: SimulatorOptions;
  readonly api?: never;
  readonly agreedDigest?: never;
  /** Every wave is approved automatically. */
  readonly approvals?: never;
};

export type RunSettings = {
  /** Exactly the object that `loadPlan` returned. */
  readonly plan: RolloutPlan;
  /**
   * Place of the record: a folder, relative to the working folder, or a `postgres://` URL. A simulated rollout and a real one do
   * not share a record. Parts that a URL leaves out come from PGHOST, PGPASSWORD and similar variables of the process's
   * environment. CI and its workspace are detected there too. Nothing else is read from there.
   */
  readonly state: string;
  /**
   * Called with every event in order, after it was recorded, and with notices, which are not recorded. Its argument is a copy.
   * If it throws, it is not called again, and the run rejects with a {@link ListenerError} at its end.
   */
  readonly onEvent?: (event: RunEvent) => void;
  /** Abort it to stop the run in good order, like Ctrl-C. Nothing more is deployed, and the next run continues. */
  readonly signal?: AbortSignal;
  /**
   * How long to wait in total for anything but devices in flight, in milliseconds of the rollout's time. Default: as long as
   * windows, soaks and other waits with an end need, but not for an approval.
   */
  readonly maxWaitMs?: number;
  /** How long to wait for another runner to release the lock, in milliseconds. Default: 0. */
  readonly waitLockMs?: number;
  /** Whether to archive the record of a finished rollout and start again. Default: `false`. */
  readonly again?: boolean;
  /**
   * Whether to start in CI although `state` is a folder in the job's workspace, which may be lost when the job ends. CI is
   * detected in `env`, or in the process's environment if `env` is left out. Default: `false`.
   */
  readonly start?: boolean;
  /** Whether to start nothing: a rollout that is not on record is refused. Default: `false`. */
  readonly continueOnly?: boolean;
  /**
   * Whether another unfinished rollout of the same state may share devices with this one, and whether earlier ones may have left
   * devices open (timed out, unknown, in doubt). A device may then receive both artifacts. Default: `false`.
   */
  readonly allowOverlap?: boolean;
  readonly polling?: PollingOptions;
  /**
   * How long to retry an API that stopped answering after the first deployment, in milliseconds. Default: 900 000.
   */
  readonly apiOutageMs?: number;
  /**
   * Who or what runs it, for the record. Default: the CI run in `env`, or the user of the process.
   */
  readonly startedBy?: string;
  /**
   * Environment that names proxies (`HTTPS_PROXY`, `NO_PROXY`). Hooks and gates inherit it without ALLXON_API_KEY_ID and
   * ALLXON_API_SECRET. Usually `process.env`. Default: empty. Required for a plan with hooks or gates on the real API, so that no
   * program runs by accident.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** API key from the vendor's portal. It never appears in a record, an event or an error. */
export type ApiAccess = {
  readonly keyId: string;
  readonly secret: string;
  /** Scheme, host and port; `http` only to this machine. Default: the host of the plan's region. */
  readonly baseUrl?: string;
};

export type Approval = {
  /** The wave's name. */
  readonly wave: string;
  /** Reason for the record. */
  readonly reason?: string;
};

export type SimulatorOptions = {
  /** Behaviour of devices and server: a scenario's path, or its path and YAML. By default, 1% of the devices fail and 0.5% are rejected. */
  readonly scenario?: string | FileText;
  /** Speed as a multiple of real time, from 1 to 100 000. Default: 60. */
  readonly speed?: number;
};

/** Bounds of the polling interval. Polling starts fast and slows down. */
export type PollingOptions = {
  /** Shortest interval, in milliseconds. Default: 2 000. */
  readonly minIntervalMs?: number;
  /** Longest interval, in milliseconds. Default: 300 000. */
  readonly maxIntervalMs?: number;
};

/** A file that is given as text. */
export type FileText = {
  /** Path for findings. Files that the text names are relative to it. It need not exist. */
  readonly path: string;
  /** YAML of a plan or a scenario, or a plan that `breakwater plan --out` saved. */
  readonly text: string;
};
