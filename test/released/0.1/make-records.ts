/** What each record of 0.1 is a record of: a plan, what devices and API do, and the commands that were called. */
import type { ChildProcess } from 'node:child_process';

/** A deployment that the simulator made, in their order. */
export type Deployed = {
  readonly id: string;
  readonly artifact: string;
  readonly devices: readonly string[];
};

export type Project = {
  readonly cwd: string;
  /** Runs the command to its end, which must be this exit code. */
  readonly run: (exit: number, ...args: readonly string[]) => Promise<void>;
  /** Runs it until it prints such an event, and then ends it by a signal, or does `then` and waits for its end. */
  readonly runUntil: (
    event: RegExp,
    then: 'SIGKILL' | 'SIGINT' | ((run: Pick<ChildProcess, 'kill'>) => Promise<void>),
    ...args: readonly string[]
  ) => Promise<void>;
  readonly ledger: () => readonly Deployed[];
};

export type RecordMade = {
  readonly plan: string;
  readonly scenario: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly make: (project: Project) => Promise<void>;
};

const BEFORE = 'b6bf37d0-4c91-4f8b-9b2c-7cec2e4e246b';
const QUICK = 'devices: { duration: { fixed: 20ms } }\n';
const SLOW = 'devices: { duration: { fixed: 10m } }\n';
const FIRST_FAILS = `${QUICK}overrides: [{ deployments: [1], outcomes: { failed: 100% } }]\n`;
const SECOND_FAILS = `${QUICK}overrides: [{ deployments: [2], outcomes: { failed: 100% } }]\n`;
const SECOND_IS_SLOW = `${QUICK}overrides: [{ deployments: [2], duration: { fixed: 10m } }]\n`;

const RUN = ['run', 'plan.yaml', '--yes'] as const;

type Keys = { readonly plan?: string; readonly first?: string; readonly second?: string };

/** Two waves, of two devices and of three, with these lines besides. */
function planOf({ plan = '', first = '', second = '' }: Keys = {}): string {
  const indent = (text: string) => text.replace(/^(?=.)/gm, '    ');
  return `version: 1
name: kiosk-1
region: us
artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }
${plan}waves:
  - name: first
    devices: [k-1, k-2]
${indent(first)}  - name: the others
    devices: [k-3, k-4, k-5]
${indent(second)}`;
}

const BY_ORDER = `haltGrace: 1s\nrollback: { artifact: { uuid: ${BEFORE} }, arguments: { force: 'yes' } }\n`;
const AUTOMATIC = `haltGrace: 1s\nrollback: { artifact: { uuid: ${BEFORE} }, automatic: true }\n`;

/** One run of the plan, to its end. */
function once(exit: number, plan: string, scenario: string): RecordMade {
  return { plan, scenario, make: (project) => project.run(exit, ...RUN) };
}

const HALTS = {
  'failures-exceeded': [planOf, SECOND_FAILS, {}],
  'success-unreachable': [planOf, SECOND_FAILS, { second: 'minSuccess: 2\n' }],
  'rollout-failures-exceeded': [
    planOf,
    SECOND_FAILS,
    { plan: 'maxFailures: 40%\n', second: 'maxFailures: 3\n' },
  ],
  'gate-failed': [
    planOf,
    QUICK,
    {
      first:
        "gates: [{ name: error rate, run: [sh, -c, 'echo 7 errors; exit 3'], retries: 1, interval: 50ms }]\n",
    },
  ],
  'hook-failed': [
    planOf,
    QUICK,
    {
      plan: "hooks: { beforeWave: [{ name: ready, run: [sh, -c, 'test \"$BREAKWATER_WAVE\" = first'] }], onHalt: { run: ['true'] } }\n",
    },
  ],
  'deployment-refused': [planOf, `${QUICK}faults: [{ fault: not-found, call: post, at: [2] }]\n`, {}],
} as const satisfies Readonly<Record<string, readonly [typeof planOf, string, Keys]>>;

function halts(): Readonly<Record<string, RecordMade>> {
  return Object.fromEntries(
    Object.entries(HALTS).flatMap(([reason, [plan, scenario, keys]]) => {
      const { plan: own = '' } = keys as Keys;
      return [
        [`halted-${reason}`, once(1, plan({ ...keys, plan: `haltGrace: 1s\n${own}` }), scenario)],
        [`taken-back-${reason}`, once(1, plan({ ...keys, plan: `${AUTOMATIC}${own}` }), scenario)],
      ];
    }),
  );
}

const EVERYTHING = `version: 1
name: kiosk-1
description: Every key that a plan of 0.1 may have, as far as one plan can
region: eu
artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }
arguments: { channel: stable, level: '1.10' }
maxFailures: 60%
haltGrace: 5m
whenInDoubt: stop
rollback: { artifact: { uuid: ${BEFORE} }, arguments: { force: 'yes' }, automatic: false }
preflight: { minOnline: 50% }
hooks:
  beforeRollout: { name: look, run: ['true'], timeout: 1m }
  beforeWave: [{ run: ['true'] }, { name: again, run: ['true'] }]
  afterWave: { run: [sh, -c, 'echo told; exit 1'] }
  onHalt: { run: ['true'] }
  afterRollout: { run: [sh, -c, 'echo done'] }
fleet: { file: fleet.csv, serialColumn: device, order: shuffled, seed: spring }
defaults: { maxFailures: 1, timeout: 20m, rejected: failure, arguments: { mode: quiet }, soak: 50ms }
waves:
  - name: first
    devices: { file: first.txt }
    arguments: { channel: canary }
    minSuccess: 50%
  - name: berlin 2
    take: 2
    where: { site: berlin }
    rejected: ignore
    batch: { size: 1, parallel: 2 }
    gates: [{ name: error rate, run: ['true'], timeout: 1m, retries: 2, interval: 50ms }]
    maxFailures: 2
  - name: rest
    take: rest
    approval: required
    window: { days: [mon, tue, wed, thu, fri, sat, sun], from: '00:00', to: '24:00', timeZone: Europe/Berlin }
    soak: 0s
    maxFailures: 3
    batch: { size: 3 }
`;

const EVERYTHING_FILES = {
  'fleet.csv': 'device,site\nb-1,berlin\nb-2,berlin\nb-3,berlin\nt-1,taipei\nt-2,taipei\nt-3,taipei\n',
  'first.txt': '# canaries\nk-1\nk-2\n',
};

const LATER: Readonly<Record<string, RecordMade>> = {
  completed: once(0, planOf(), QUICK),
  'completed-with-everything': {
    plan: EVERYTHING,
    files: EVERYTHING_FILES,
    scenario: `${QUICK}account: [k-1, k-2, b-1, b-2, b-3, t-1, t-2, t-3]
overrides:
  - { serials: [k-2, t-1], outcomes: { failed: 100% } }
  - { serials: [b-*], share: 40%, outcomes: { rejected: 100% } }
`,
    async make({ run }) {
      await run(3, ...RUN);
      await run(0, 'approve', 'kiosk-1', '--wave', 'rest', '--reason', 'the canaries are well');
      await run(0, ...RUN);
    },
  },
  'completed-late-and-silent': {
    plan: planOf({
      first: 'maxFailures: 2\ntimeout: 1s\n',
      second: 'maxFailures: 3\ntimeout: 1s\nsoak: 2s\n',
    }),
    scenario: `devices: { duration: { fixed: 20ms }, lateAfter: 3s, relapseAfter: 1s, vanishAfter: 100ms }
overrides:
  - { serials: [k-1], outcomes: { late: 100% } }
  - { serials: [k-3], outcomes: { unknown: 100% } }
  - { serials: [k-4], outcomes: { relapse: 100% } }
`,
    make: ({ run }) => run(0, ...RUN),
  },
  'halted-under-watch': {
    plan: planOf({ first: 'batch: { size: 1, parallel: 2 }\n' }),
    scenario: `${SLOW}overrides: [{ serials: [k-1], duration: { fixed: 20ms }, outcomes: { failed: 100% } }]\n`,
    make: ({ runUntil }) => runUntil(/"rollout-halted"/, 'SIGKILL', 'run', 'plan.yaml'),
  },
  'waiting-for-approval': once(3, planOf({ second: 'approval: required\n' }), QUICK),
  approved: {
    ...once(3, planOf({ second: 'approval: required\n' }), QUICK),
    async make({ run }) {
      await run(3, ...RUN);
      await run(0, 'approve', 'kiosk-1', '--wave', 'the others');
    },
  },
  'waiting-for-window': {
    plan: planOf({ second: "window: { from: '23:58', to: '23:59', timeZone: Pacific/Chatham }\n" }),
    scenario: QUICK,
    make: ({ run }) => run(3, ...RUN, '--max-wait', '100ms'),
  },
  soaking: {
    plan: planOf({ first: 'soak: 1h\n' }),
    scenario: QUICK,
    make: ({ run }) => run(3, ...RUN, '--max-wait', '100ms'),
  },
  'in-flight-killed': {
    plan: planOf({ second: 'batch: { size: 2, parallel: 2 }\n' }),
    scenario: `${QUICK}overrides: [{ deployments: [2, 3], duration: { fixed: 10m } }]\n`,
    async make({ runUntil }) {
      await runUntil(/deployment the others\/2 accepted/, 'SIGKILL', 'run', 'plan.yaml');
    },
  },
  'in-flight-interrupted': {
    plan: planOf(),
    scenario: SLOW,
    make: ({ runUntil }) => runUntil(/"deployment-accepted"/, 'SIGINT', 'run', 'plan.yaml'),
  },
  paused: {
    plan: planOf({ first: 'batch: { size: 1 }\n' }),
    scenario: 'devices: { duration: { fixed: 3s } }\n',
    async make({ run, runUntil }) {
      const pause = () => run(0, 'pause', 'kiosk-1', '--reason', 'support is asleep');
      await runUntil(/"deployment-accepted"/, pause, 'run', 'plan.yaml');
    },
  },
  'paused-in-flight': {
    plan: planOf({ first: 'batch: { size: 1 }\n' }),
    scenario: SLOW,
    async make({ run, runUntil }) {
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
      await run(0, 'pause', 'kiosk-1');
    },
  },
  'paused-and-resumed': {
    plan: planOf({ first: 'batch: { size: 1 }\n' }),
    scenario: SLOW,
    async make({ run, runUntil }) {
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
      await run(0, 'pause', 'kiosk-1');
      await run(0, 'resume', 'kiosk-1', '--reason', 'awake');
    },
  },
  'in-doubt-made': once(
    6,
    planOf(),
    `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [2] }]\n`,
  ),
  'in-doubt-not-made': once(6, planOf(), `${QUICK}faults: [{ fault: status-503, call: post, at: [1] }]\n`),
  'in-doubt-killed': {
    plan: planOf(),
    scenario: `${QUICK}faults: [{ fault: timeout-after-effect, call: post, at: [1] }]\n`,
    async make({ runUntil, ledger }) {
      const made = async (run: { kill: (signal: 'SIGKILL') => boolean }) => {
        while (ledger().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        run.kill('SIGKILL');
      };
      await runUntil(/"deployment-intended"/, made, 'run', 'plan.yaml');
    },
  },
  'in-doubt-posted-again': {
    plan: planOf({ plan: 'whenInDoubt: post-again\n' }),
    scenario: `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`,
    make: ({ run }) => run(0, ...RUN),
  },
  'in-doubt-to-post-again': {
    plan: planOf({ plan: 'whenInDoubt: post-again\n' }),
    scenario: `${QUICK}faults: [{ fault: timeout-after-effect, call: post, at: [1] }]\n`,
    async make({ runUntil, ledger }) {
      const made = async (run: { kill: (signal: 'SIGKILL') => boolean }) => {
        while (ledger().length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
        run.kill('SIGKILL');
      };
      await runUntil(/"deployment-intended"/, made, 'run', 'plan.yaml');
    },
  },
  adopted: {
    ...once(6, planOf(), `${QUICK}faults: [{ fault: reset-after-effect, call: post, at: [1] }]\n`),
    async make({ run, ledger }) {
      await run(6, ...RUN);
      const id = ledger()[0]?.id ?? '';
      await run(
        0,
        'settle',
        'kiosk-1',
        '--deployment',
        'first/1',
        '--adopt',
        id,
        '--reason',
        'seen in the portal',
      );
    },
  },
  'settled-as-not-created': {
    ...once(6, planOf(), `${QUICK}faults: [{ fault: status-500, call: post, at: [1] }]\n`),
    async make({ run }) {
      await run(6, ...RUN);
      await run(
        0,
        'settle',
        'kiosk-1',
        '--deployment',
        'first/1',
        '--not-created',
        '--reason',
        'not in the portal',
      );
    },
  },
  resumed: {
    ...once(1, planOf({ plan: 'haltGrace: 1s\n' }), FIRST_FAILS),
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'resume', 'kiosk-1', '--reason', 'known bad');
    },
  },
  'resumed-in-flight': {
    ...once(1, planOf({ plan: 'haltGrace: 1s\n' }), FIRST_FAILS),
    scenario: FIRST_FAILS.replace('[{', '[{ deployments: [2], duration: { fixed: 10m } }, {'),
    async make({ run, runUntil }) {
      await run(1, ...RUN);
      await run(0, 'resume', 'kiosk-1', '--reason', 'known bad');
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
    },
  },
  retried: {
    ...once(1, planOf({ plan: 'haltGrace: 1s\n' }), SECOND_FAILS),
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'retry', 'kiosk-1', '--reason', 'the network is back');
    },
  },
  'retried-in-flight': {
    plan: planOf({ plan: 'haltGrace: 1s\n' }),
    scenario: SECOND_FAILS.replace('[{', '[{ deployments: [3], duration: { fixed: 10m } }, {'),
    async make({ run, runUntil }) {
      await run(1, ...RUN);
      await run(0, 'retry', 'kiosk-1');
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
    },
  },
  'retried-and-completed': {
    plan: planOf({ plan: 'haltGrace: 1s\n', second: 'batch: { size: 2, parallel: 2 }\n' }),
    scenario: `${QUICK}overrides: [{ deployments: [2], outcomes: { failed: 100% } }]\n`,
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'retry', 'kiosk-1');
      await run(0, ...RUN);
    },
  },
  'halted-operator': {
    plan: planOf({ plan: 'haltGrace: 2s\n' }),
    scenario: SLOW,
    async make({ run, runUntil }) {
      const abort = () => run(0, 'abort', 'kiosk-1', '--reason', 'the wrong artifact');
      await runUntil(/"deployment-accepted"/, abort, 'run', 'plan.yaml');
    },
  },
  'aborted-in-flight': {
    plan: planOf(),
    scenario: SLOW,
    async make({ run, runUntil }) {
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
      await run(0, 'abort', 'kiosk-1');
    },
  },
  'aborted-between-waves': {
    ...once(3, planOf({ second: 'approval: required\n' }), QUICK),
    async make({ run }) {
      await run(3, ...RUN);
      await run(0, 'abort', 'kiosk-1');
    },
  },
  'plan-changed': {
    plan: planOf({ second: 'approval: required\nmaxFailures: 1\n' }),
    files: { 'plan-before.yaml': planOf({ second: 'approval: required\n' }) },
    scenario: SECOND_IS_SLOW,
    async make({ run, runUntil }) {
      await run(3, 'run', 'plan-before.yaml', '--yes');
      await run(3, ...RUN);
      await run(0, 'approve', 'kiosk-1', '--wave', 'the others');
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
    },
  },
  'order-left': {
    plan: planOf({ first: 'batch: { size: 1 }\n' }),
    scenario: 'devices: { duration: { fixed: 1s } }\n',
    async make({ run, runUntil }) {
      const leave = async (runner: { kill: (signal: 'SIGSTOP' | 'SIGKILL') => boolean }) => {
        runner.kill('SIGSTOP');
        await run(3, 'pause', 'kiosk-1', '--reason', 'nobody takes it up');
        runner.kill('SIGKILL');
      };
      await runUntil(/"deployment-accepted"/, leave, 'run', 'plan.yaml');
    },
  },
  'started-over': {
    ...once(0, planOf(), QUICK),
    async make({ run }) {
      await run(0, ...RUN);
      await run(0, ...RUN, '--again');
    },
  },
  'uploaded-artifact': {
    plan: planOf().replace(
      'uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20',
      'file: d2c6f67e8e4c5ac1f2a38ca0b3bd9b9d-Allxon_OTA_Artifact-L-x86_64.tar.gz',
    ),
    files: {
      'd2c6f67e8e4c5ac1f2a38ca0b3bd9b9d-Allxon_OTA_Artifact-L-x86_64.tar.gz': 'what 0.1 took for an artifact',
    },
    scenario: QUICK,
    async make({ run }) {
      await run(
        0,
        'artifact',
        'upload',
        'd2c6f67e8e4c5ac1f2a38ca0b3bd9b9d-Allxon_OTA_Artifact-L-x86_64.tar.gz',
        '--region',
        'us',
      );
      await run(0, ...RUN);
    },
  },
  'taken-back': {
    ...once(1, planOf({ plan: BY_ORDER }), SECOND_FAILS),
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'rollback', 'kiosk-1', '--yes', '--reason', 'it reboots at night');
    },
  },
  'taken-back-only-succeeded': {
    ...once(1, planOf({ plan: BY_ORDER, second: 'batch: { size: 2, parallel: 2 }\n' }), SECOND_FAILS),
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'rollback', 'kiosk-1', '--yes', '--only', 'succeeded');
    },
  },
  'taken-back-in-flight': {
    plan: planOf({ plan: BY_ORDER }),
    scenario: SECOND_FAILS.replace('[{', '[{ deployments: [3], duration: { fixed: 10m } }, {'),
    async make({ run, runUntil }) {
      await run(1, ...RUN);
      await runUntil(/"deployment-accepted"/, 'SIGKILL', 'rollback', 'kiosk-1');
    },
  },
  'taken-back-in-second-wave': {
    plan: planOf({ plan: BY_ORDER }),
    scenario: SECOND_FAILS.replace('[{', '[{ deployments: [4], duration: { fixed: 10m } }, {'),
    async make({ run, runUntil }) {
      await run(1, ...RUN);
      await runUntil(/deployment the others\/1 accepted/, 'SIGKILL', 'rollback', 'kiosk-1');
    },
  },
  'taken-back-automatically-in-flight': {
    plan: planOf({ plan: AUTOMATIC }),
    scenario: FIRST_FAILS.replace('[{', '[{ deployments: [2], duration: { fixed: 10m } }, {'),
    async make({ runUntil }) {
      await runUntil(/"kiosk-1.rollback".*"deployment-accepted"/, 'SIGKILL', 'run', 'plan.yaml');
    },
  },
  'taken-back-with-silent-devices': {
    plan: planOf({ plan: BY_ORDER, second: 'batch: { size: 2, parallel: 2 }\ntimeout: 1s\n' }),
    scenario: `${QUICK}overrides:
  - { serials: [k-4], outcomes: { stuck: 100% } }
  - { serials: [k-3], deployments: [2], outcomes: { failed: 100% } }
`,
    async make({ run }) {
      await run(1, ...RUN);
      await run(0, 'rollback', 'kiosk-1', '--yes');
    },
  },
  'taken-back-and-halted': {
    plan: planOf({ plan: BY_ORDER }),
    scenario: `${QUICK}overrides: [{ deployments: [2, 3], outcomes: { failed: 100% } }]\n`,
    async make({ run }) {
      await run(1, ...RUN);
      await run(1, 'rollback', 'kiosk-1', '--yes');
    },
  },
};

export const RECORDS: Readonly<Record<string, RecordMade>> = { ...halts(), ...LATER };
