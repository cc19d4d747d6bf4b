/** The texts of `--help`. */
import { EXIT, OUTCOME_NAMES, OUTCOMES } from '../views/tables/outcomes.ts';

type CommandHelp = {
  readonly summary: string;
  readonly description: string;
  readonly examples: readonly string[];
};

const EXIT_CODES = `Exit codes: ${OUTCOME_NAMES.map((outcome) => `${EXIT[outcome]} ${OUTCOMES[outcome].brief}`).join(', ')}.`;

export const HELP = {
  program: {
    description: `Roll out an OTA artifact to a fleet of edge devices, wave by wave, over the Allxon API. A YAML plan describes the rollout. Breakwater checks the plan and shows what a run would do. A run deploys a wave, polls its devices, judges the result, and then continues or halts.

${EXIT_CODES}

Credentials: ALLXON_API_KEY_ID and ALLXON_API_SECRET, from the environment or from the output of credentials.command in the settings.

To look up a code of the output or an exit code: breakwater explain CODE.`,
  },
  init: {
    summary: 'Write a first plan',
    description:
      'Write a first plan, with a comment for each part. On a terminal, it asks for everything that no flag gives. Without a terminal or with --yes, it asks nothing. Then it needs devices (--fleet or --devices), an artifact (--artifact or --artifact-file) and a name (--name or the file name). The first waves are small and grow with the fleet, unless --waves or --group is given. The written plan is valid. An existing file is kept unless --force is given.',
    examples: [
      'breakwater init',
      'breakwater init --fleet fleet/cameras.csv --group site',
      "breakwater init plans/camera-2.14.yaml --fleet fleet/cameras.csv --artifact a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a --waves 5,10%,rest --soak 1h --window 'mon-thu 01:00-05:00 Asia/Taipei' --yes",
    ],
  },
  validate: {
    summary: 'Check plans',
    description:
      'Check plans and every file that they name. It needs no network and no credentials, and starts no program. In a folder, it checks all plans, and names the YAML files that are not plans. `-` reads a plan from standard input, relative to the current folder. Warnings change the exit code only with --strict. Use `json` for programs. Use `github` in GitHub Actions to show findings in a pull request. Use `gitlab` for a Code Quality report of GitLab. Use `sarif` (2.1.0) for code scanning and editors.',
    examples: [
      'breakwater validate rollout.yaml',
      'breakwater validate rollouts/ --strict',
      'breakwater validate - --stdin-name rollout.yaml',
      'breakwater validate --format json plans/*.yaml',
      'breakwater validate --format github plans/*.yaml',
      'breakwater validate --format gitlab rollouts/ > codequality.json',
      'breakwater validate --format sarif plans/*.yaml > breakwater.sarif',
    ],
  },
  plan: {
    summary: 'Show what a run would do',
    description:
      'Show what a run of the plan would do. The output lists waves, devices, thresholds as counts, the failure that halts each wave, API calls and time. It deploys nothing. The same plan always gives the same output. Use `--format markdown` for pull request comments and job summaries. With --online, it asks the API once: whether the credentials work, and which devices are known and online. With --records, it also shows devices that earlier rollouts left open, and unfinished rollouts that share devices. A saved plan contains neither.',
    examples: [
      'breakwater plan rollout.yaml',
      'breakwater plan rollout.yaml --devices',
      'breakwater plan rollout.yaml --online',
      'breakwater plan rollout.yaml --records',
      'breakwater plan rollout.yaml --format markdown >> "$GITHUB_STEP_SUMMARY"',
      'breakwater plan rollout.yaml --out rollout.saved.json',
    ],
  },
  diff: {
    summary: 'Show what changes from one plan to another',
    description:
      'Show what changes from one plan to another: devices that are moved, added or removed, and changed waves, thresholds, arguments and settings. The output also shows how the worst case changes. Each plan is a file, or REV:PATH: the plan and its device files at a git revision. PATH starts at the root of the repository, or with ./ at the current folder. It needs no network, writes nothing, and runs only git.',
    examples: [
      'breakwater diff HEAD:rollout.yaml rollout.yaml',
      'breakwater diff origin/main:plans/camera.yaml plans/camera.yaml --format markdown',
      'breakwater diff old.yaml new.yaml --exit-code',
    ],
  },
  run: {
    summary: 'Start or continue a rollout',
    description:
      'Start a rollout, or continue it from its record. The run lasts until the rollout completes, halts or must stop. On a terminal, it asks for confirmation before it deploys.',
    examples: [
      'breakwater run rollout.yaml',
      'breakwater run rollout.yaml --simulate',
      'breakwater run rollout.saved.json --yes --progress plain',
      'breakwater run rollout.yaml --yes --wait-lock 10m --state postgres://runner@db.example.com/rollouts',
    ],
  },
  rehearse: {
    summary: 'Rehearse a plan on simulated devices',
    description:
      'Rehearse a plan: run it with the real engine on simulated devices, in virtual time. Days pass in milliseconds. No real device is affected, and nothing is recorded. One trial prints its events. Many trials show how often each wave halts, and how many devices are reached and broken by then. The output also gives exact odds: the chance that an artifact which breaks some devices passes each wave.',
    examples: [
      'breakwater rehearse rollout.yaml --break 5%',
      'breakwater rehearse rollout.yaml --break 5% --trials 1000',
      'breakwater rehearse rollout.yaml --scenario examples/scenarios/slow-fleet.yaml --seed 7',
    ],
  },
  status: {
    summary: 'Show the status of rollouts',
    description:
      'Show the status of a rollout from its record. Without a name, print one line for each rollout.',
    examples: ['breakwater status', 'breakwater status camera-firmware-2.14 --format json'],
  },
  report: {
    summary: 'Report the whole record of a rollout',
    description:
      'Report what happened to a rollout and to each of its devices, from its record. It works during the rollout and after its end. `text` and `markdown` are for people; for a large fleet they name only the devices that matter. `json` (schema: breakwater schema report), `csv` (one row per device) and `junit` (one test case per device) list every device. `html` is one page with everything. The exit code is 0 if the report was written, whatever the result of the rollout.',
    examples: [
      'breakwater report camera-firmware-2.14',
      'breakwater report camera-firmware-2.14 --format markdown >> "$GITHUB_STEP_SUMMARY"',
      'breakwater report camera-firmware-2.14 --format csv --out devices.csv',
      'breakwater report camera-firmware-2.14 --format junit --out rollout.xml',
    ],
  },
  pause: {
    summary: 'Pause a rollout',
    description:
      'Pause a rollout: nothing more is deployed until it is resumed. Devices in flight are polled until they end. An active runner sees the order within two seconds. Without an active runner, the next run applies it.',
    examples: ['breakwater pause camera-firmware-2.14 --reason "complaints from Taipei"'],
  },
  abort: {
    summary: 'Abort a rollout',
    description:
      'Abort a rollout: nothing more is deployed, and the rollout cannot be resumed or retried. Devices in flight cannot be recalled. They are polled for the grace time after a halt.',
    examples: ['breakwater abort camera-firmware-2.14 --reason "superseded by 2.15"'],
  },
  resume: {
    summary: 'Resume a rollout after a halt or a pause',
    description:
      'Resume a rollout after a halt or a pause. After a halt, this acknowledges the failures so far: only new failures count. If no runner is active, run the plan again.',
    examples: ['breakwater resume camera-firmware-2.14 --reason "two cameras were unplugged"'],
  },
  retry: {
    summary: 'Retry the failed devices of the halted wave',
    description:
      'Retry the halted wave: deploy again to its failed, timed-out and rejected devices. The wave is then judged by the new attempt. Both attempts stay on record. If no runner is active, run the plan again.',
    examples: ['breakwater retry camera-firmware-2.14 --reason "the site was offline"'],
  },
  rollback: {
    summary: 'Roll back a rollout',
    description:
      'Roll back a rollout: deploy the `rollback` of its plan to every device that the rollout reached. Devices reached last are rolled back first. The rollback is a rollout with its own record, NAME.rollback. The original rollout cannot be resumed. Run the command again to continue an unfinished rollback. A device that was not reached is never deployed to.',
    examples: [
      'breakwater rollback camera-firmware-2.14 --reason "cameras reboot at night"',
      'breakwater rollback camera-firmware-2.14 --only succeeded --yes',
    ],
  },
  approve: {
    summary: 'Approve a wave',
    description:
      'Approve a wave whose plan says `approval: required`. The approval is valid only for the plan on record. If the plan changes, the wave needs a new approval. If no runner is active, run the plan again.',
    examples: ['breakwater approve camera-firmware-2.14 --wave taipei --reason "canary looks good"'],
  },
  'follow-up': {
    summary: 'Check again how the devices of a finished rollout ended',
    description:
      'Check again how the devices of a completed or halted rollout ended. The command asks the API about every deployment and records late successes and failures. It deploys nothing and does not change the result of the rollout. A device is open while the outcome of its latest deployment is unknown. The exit code is 0 if no device is open, and 3 otherwise. With --accept-open, it asks nothing and closes the open devices. Later rollouts no longer ask about closed devices.',
    examples: [
      'breakwater follow-up camera-firmware-2.14',
      'breakwater follow-up camera-firmware-2.14 --accept-open --reason "replaced in the field"',
    ],
  },
  settle: {
    summary: 'Settle a deployment whose answer was lost',
    description:
      'Settle a deployment in doubt: record whether it exists. The API can neither list nor cancel deployments, so check the Allxon portal first. --adopt accepts an id only if that deployment exists and has the same devices.',
    examples: [
      'breakwater settle camera-firmware-2.14 --deployment canary/1 --adopt 7c1f0b8e-…',
      'breakwater settle camera-firmware-2.14 --deployment canary/1 --not-created',
    ],
  },
  unlock: {
    summary: 'Unlock a rollout whose runner is gone',
    description:
      'Unlock a rollout whose runner ended on another machine or in another container, where Breakwater cannot check it. A command that finds the rollout locked prints the id of the lock owner. If that runner is still alive, it can record nothing more.',
    examples: ['breakwater unlock camera-firmware-2.14 --holder 0b7e3c52-…'],
  },
  artifact: {
    summary: 'Check and upload artifacts',
    description: 'Check artifact files, and upload them to the API for plans to deploy.',
    examples: ['breakwater artifact check FILE', 'breakwater artifact upload FILE --region us'],
  },
  'artifact check': {
    summary: 'Check an artifact file',
    description:
      'Check whether devices can use a file as an artifact: its name, its digest, its archive and its script. The archive must be complete. Its root must hold ota_deploy.sh (Linux) or ota_deploy.bat (Windows). The name must begin with the digest, but a wrong digest is only a warning. It needs no network and no credentials. With --allow-unusual, errors that an unusual artifact can cause become warnings.',
    examples: [
      'breakwater artifact check build/*-L-x86_64.tar.gz',
      'breakwater artifact check firmware.zip --name a476c70752326d809307dcb84d55a7ae-ota_args-W-all.zip --format json',
    ],
  },
  'artifact upload': {
    summary: 'Upload an artifact file',
    description:
      'Upload a file as an artifact, and print only its UUID on stdout. The upload is recorded, so a plan can name the file with `artifact: { file: … }`. A file that the region already has is not uploaded again. Run the command again to continue an interrupted upload. The file is checked first, as by `artifact check`. The API expects names such as a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz (L or W; x86, x86_64, aarch64 or all; tar.gz or zip). Use --name if the file has another name.',
    examples: [
      'breakwater artifact upload build/*-Allxon_OTA_Artifact-L-x86_64.tar.gz',
      'breakwater artifact upload firmware.zip --region eu --name 9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-W-all.zip',
    ],
  },
  simulator: {
    summary: 'Serve a simulated API on this machine',
    description:
      'Serve the Allxon API on 127.0.0.1 with simulated devices, until it is interrupted. It prints the environment variables that point Breakwater, or your own script, to it.',
    examples: [
      'breakwater simulator --port 8080',
      'breakwater simulator examples/scenarios/bad-artifact.yaml',
    ],
  },
  explain: {
    summary: 'Explain a code and what to do',
    description:
      'Explain a code of the output: what it means, why it matters and what to do next. Codes name findings, halts, waits, hook points, exit codes and more. A finding, such as schema-unknown-key, is shown with a plan that causes it. Without a code, list all codes.',
    examples: [
      'breakwater explain schema-unknown-key',
      'breakwater explain failures-exceeded',
      'breakwater explain onWait',
      'breakwater explain 6',
      'breakwater explain',
    ],
  },
  settings: {
    summary: 'Show the settings and their sources',
    description:
      'Show each setting, its value and its source: a flag, an environment variable, a line of the settings file, or the default. Secrets are hidden. The search for the settings file starts in the folder of the plan and continues upwards. It needs no network and starts no program.',
    examples: ['breakwater settings rollout.yaml', 'breakwater settings --format json'],
  },
  schema: {
    summary: 'Print a JSON Schema',
    description: 'Print the JSON Schema of plans, or of another format that Breakwater reads or writes.',
    examples: ['breakwater schema > rollout-plan.schema.json', 'breakwater schema status'],
  },
  help: {
    summary: 'Print the help of a command, or a page of the documentation',
    description:
      'Prints the help of a command, or a page of the documentation as text. Pages: getting-started, plan-reference, thresholds, staging, on-call, ci, credentials, hooks, reports, record, rehearsals, artifacts, command-line, findings, codes, library, benchmarks, reliability.',
    examples: ['breakwater help run', 'breakwater help on-call'],
  },
  completion: {
    summary: 'Print a completion script for a shell',
    description:
      'Print a script that completes commands, flags, values, files and recorded names. Recorded names are rollouts, waves that wait for approval, and deployments in doubt, from records in a folder. The script asks Breakwater itself, so a newer release needs no new script.',
    examples: [
      'source <(breakwater completion bash)',
      'source <(breakwater completion zsh)',
      'breakwater completion fish | source',
    ],
  },
} as const satisfies Record<'program', { readonly description: string }> &
  Record<string, Partial<CommandHelp>>;
