/** What a program tells a run: what the command line takes from flags, settings, the environment, and a person. */
import type { RolloutPlan } from '../plan/rollout-plan.ts';
import type { RunEvent } from './generated/run-event.d.ts';

/** One plan, on the real API or on a simulator. */
export type RunOptions = RealRun | SimulatedRun;

export type RealRun = RunSettings & {
  readonly api: ApiAccess;
  /**
   * The digest of the plan that whoever decides has agreed to: that of `loadPlan`, or of a preview that was reviewed. Takes
   * the place of the question that `breakwater run` asks, and of `--yes`. With another digest than the plan's, nothing is
   * done.
   */
  readonly agreedDigest: string;
  /**
   * The waves that need approval and have it, for this very plan. Each is put on record when the rollout comes to it; at
   * one that is not named, the run ends (or waits, for as long as `maxWaitMs` lets it, for an approval from elsewhere).
   */
  readonly approvals?: readonly Approval[];
  readonly simulator?: never;
};

/** Nothing real is touched: the API is a server in this process, on 127.0.0.1. Hooks and gates are not run. */
export type SimulatedRun = RunSettings & {
  readonly simulator: SimulatorOptions;
  readonly api?: never;
  readonly agreedDigest?: never;
  /** Every wave is approved when the rollout comes to it. */
  readonly approvals?: never;
};

export type RunSettings = {
  /** As `loadPlan` gave it: that very object. */
  readonly plan: RolloutPlan;
  /**
   * Where the rollout is kept on record: a folder, relative to the process's own, or a `postgres://` URL. A simulated
   * rollout and a real one do not share a record. What a URL leaves out, PGHOST, PGPASSWORD and the like say, as they do
   * to PostgreSQL's own programs; whether this is a CI job, and where its workspace is, is read there too. Nothing else is.
   */
  readonly state: string;
  /**
   * Called with everything that happens, in order: what is on record already, and notices that are not kept. What it is
   * given is a copy. Where it throws, it is not called again, and the run rejects with a {@link ListenerError} at its end.
   */
  readonly onEvent?: (event: RunEvent) => void;
  /** Aborts to stop the run in good order, as Ctrl-C does: nothing further is posted, and running again goes on. */
  readonly signal?: AbortSignal;
  /**
   * How long to wait in all, in milliseconds of the rollout's time, for anything but devices in flight. Unless given: as
   * long as windows, soaks and whatever else ends by itself need, and not at all for an approval.
   */
  readonly maxWaitMs?: number;
  /** How long to wait, in milliseconds, for another runner to let go of the rollout; 0 unless given. */
  readonly waitLockMs?: number;
  /** Whether the record of a finished rollout is archived and the rollout started over; `false` unless given. */
  readonly again?: boolean;
  /**
   * In CI (`CI` set in `env`, or in the process's environment without it), whether the rollout may be started although
   * `state` is a folder inside the job's workspace, which ends with the job; `false` unless given.
   */
  readonly start?: boolean;
  /** Whether nothing may be started: a rollout that is not on record is refused; `false` unless given. */
  readonly continueOnly?: boolean;
  /**
   * Whether another unfinished rollout of the same state may share devices with this one, and earlier ones may have left
   * them open (timed out, unknown, in doubt), so that a device gets both artifacts; `false` unless given.
   */
  readonly allowOverlap?: boolean;
  readonly polling?: PollingOptions;
  /**
   * How long an API that has stopped answering is borne once something has been posted, in milliseconds; 900 000 unless
   * given.
   */
  readonly apiOutageMs?: number;
  /**
   * Who or what runs it, for the record; unless given, the CI run that `env` tells of, or the name of the process's user.
   */
  readonly startedBy?: string;
  /**
   * The environment: where proxies are named (`HTTPS_PROXY`, `NO_PROXY`), and what hooks and gates find in theirs, but for
   * ALLXON_API_KEY_ID and ALLXON_API_SECRET. Usually `process.env`. Empty unless given; needed for a plan with hooks or
   * gates that is run on the real API, so that no program is run by accident.
   */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** The API key of the vendor's portal. Never on record, never in an event, never in an error. */
export type ApiAccess = {
  readonly keyId: string;
  readonly secret: string;
  /** Scheme, host and port; `http` to this machine only. The host of the plan's region unless given. */
  readonly baseUrl?: string;
};

export type Approval = {
  /** The wave's name. */
  readonly wave: string;
  /** For the record. */
  readonly reason?: string;
};

export type SimulatorOptions = {
  /** How its devices and its server behave: a scenario's path, or its path and YAML; a healthy fleet unless given. */
  readonly scenario?: string | FileText;
  /** How many times as fast as real time it runs: from 1 to 100 000; 60 unless given. */
  readonly speed?: number;
};

/** How often the API is asked: soon at first, then ever more slowly, within these. */
export type PollingOptions = {
  /** Milliseconds; 2 000 unless given. */
  readonly minIntervalMs?: number;
  /** Milliseconds; 300 000 unless given. */
  readonly maxIntervalMs?: number;
};

/** A file whose text is at hand. */
export type FileText = {
  /** What it is called in findings, and what the files that it names are relative to. Need not exist. */
  readonly path: string;
  /** A plan's YAML, or a plan that `breakwater plan --out` has saved; a scenario's YAML. */
  readonly text: string;
};
