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
    description: `Rolls an OTA artifact out to a fleet of edge devices, wave by wave, from a YAML plan, over the Allxon API: checks the plan, shows what it will do, deploys a wave, polls it to its end, judges it, and goes on or halts.

${EXIT_CODES}

Credentials: ALLXON_API_KEY_ID and ALLXON_API_SECRET, from the environment, or from what credentials.command in the settings prints.

What a code of the output means, an exit code among them: breakwater explain CODE.`,
  },
  init: {
    summary: 'write a first plan',
    description:
      'Writes a plan to begin with, with a comment for each part of it: asks for what the flags do not say, on a terminal, and asks nothing with --yes. Needs devices (--fleet or --devices), an artifact (--artifact or --artifact-file) and a name; the waves are small to begin with and grow with the number of devices, unless --waves or --group says otherwise. What is written is valid. A file that is there is left as it is, unless --force is given.',
    examples: [
      'breakwater init',
      'breakwater init --fleet fleet/cameras.csv --group site',
      "breakwater init plans/camera-2.14.yaml --fleet fleet/cameras.csv --artifact a5ae26cf-3b80-4f7a-8bd1-6dfb1d3a125a --waves 5,10%,rest --soak 1h --window 'mon-thu 01:00-05:00 Asia/Taipei' --yes",
    ],
  },
  validate: {
    summary: 'check plans',
    description:
      'Checks plans and all that they name. Needs no network and no credentials, and runs nothing. For programs, `json`; for a step of GitHub Actions, `github`, which shows the findings beside the files of a pull request; for code scanning and editors, `sarif` (2.1.0).',
    examples: [
      'breakwater validate rollout.yaml',
      'breakwater validate --format json plans/*.yaml',
      'breakwater validate --format github plans/*.yaml',
      'breakwater validate --format sarif plans/*.yaml > breakwater.sarif',
    ],
  },
  plan: {
    summary: 'show what a run would do',
    description:
      'Shows what a run of the plan would do: waves, devices, thresholds as counts, where each wave would halt, calls to the API and time. Posts nothing. The same plan gives the same output. `--format markdown` is for a comment on a pull request or the summary of a job. With --online also asks the API, once: whether the credentials work, and which devices are known and online. With --records also shows what is on record: devices that earlier rollouts left open, and unfinished rollouts that share devices; that is never part of a saved plan.',
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
    summary: 'show what changes from one plan to another',
    description:
      'Shows what changes from one plan to another: which devices change wave, are added or removed, what becomes of waves, thresholds, arguments and other settings, and what that does to the worst case. Each plan is a file, or REV:PATH: the plan of a revision in git, with the device files of that revision; PATH begins at the root of the repository, or with ./ where one stands. Needs no network, writes nothing, and runs nothing but git.',
    examples: [
      'breakwater diff HEAD:rollout.yaml rollout.yaml',
      'breakwater diff origin/main:plans/camera.yaml plans/camera.yaml --format markdown',
      'breakwater diff old.yaml new.yaml --exit-code',
    ],
  },
  run: {
    summary: 'bring a rollout to its end',
    description:
      'Starts the rollout, or goes on where its record stands, until it is complete, halts, or must stop. Asks first on a terminal.',
    examples: [
      'breakwater run rollout.yaml',
      'breakwater run rollout.yaml --simulate',
      'breakwater run rollout.saved.json --yes --progress plain',
      'breakwater run rollout.yaml --yes --wait-lock 10m --state postgres://runner@db.example.com/rollouts',
    ],
  },
  rehearse: {
    summary: 'try a plan in virtual time',
    description:
      'Runs the plan through the very engine over simulated devices, in virtual time: days pass in milliseconds, nothing real is touched, nothing is kept. One trial is told as a story; many tell how often each wave halts, and how many devices are reached and broken by then. Besides, exactly and without trials: the chance that an artifact which breaks some of the devices passes each wave.',
    examples: [
      'breakwater rehearse rollout.yaml --break 5%',
      'breakwater rehearse rollout.yaml --break 5% --trials 1000',
      'breakwater rehearse rollout.yaml --scenario examples/scenarios/slow-fleet.yaml --seed 7',
    ],
  },
  status: {
    summary: 'show where rollouts stand',
    description: 'Shows where a rollout stands, from its record; with no name, a line for each of them.',
    examples: ['breakwater status', 'breakwater status camera-firmware-2.14 --format json'],
  },
  report: {
    summary: 'tell the whole record of a rollout',
    description:
      'Tells what happened to a rollout and to each of its devices, from its record, while it runs as well as after its end. `text` and `markdown` are for people, and name of a large fleet only what matters; `json` (its schema: breakwater schema report), `csv` (a row a device) and `junit` (a test case a device) hold every device; `html` is one page of it all. Ends with 0 where it could be told, however the rollout has ended.',
    examples: [
      'breakwater report camera-firmware-2.14',
      'breakwater report camera-firmware-2.14 --format markdown >> "$GITHUB_STEP_SUMMARY"',
      'breakwater report camera-firmware-2.14 --format csv --out devices.csv',
      'breakwater report camera-firmware-2.14 --format junit --out rollout.xml',
    ],
  },
  pause: {
    summary: 'post nothing further for now',
    description:
      'Posts nothing further of the rollout until it is resumed. What is in flight is followed to its end. Reaches a runner that is at work within a second or two; else the next run finds it.',
    examples: ['breakwater pause camera-firmware-2.14 --reason "complaints from Taipei"'],
  },
  abort: {
    summary: 'end a rollout for good',
    description:
      'Ends the rollout for good: nothing further is posted, and it can be neither resumed nor retried. Devices in flight cannot be recalled; they are watched for the grace time after a halt.',
    examples: ['breakwater abort camera-firmware-2.14 --reason "superseded by 2.15"'],
  },
  resume: {
    summary: 'go on after a halt or a pause',
    description:
      'Lets the rollout go on. After a halt, the failures so far are acknowledged: only new ones count. If no runner is at work, run the plan again afterwards.',
    examples: ['breakwater resume camera-firmware-2.14 --reason "two cameras were unplugged"'],
  },
  retry: {
    summary: 'deploy again to what failed in the halted wave',
    description:
      'Deploys again to the failed, timed-out and rejected devices of the wave that halted, and judges the wave anew by that attempt. Both attempts stay on record. If no runner is at work, run the plan again afterwards.',
    examples: ['breakwater retry camera-firmware-2.14 --reason "the site was offline"'],
  },
  rollback: {
    summary: 'take a rollout back from the devices that it has reached',
    description:
      "Deploys the `rollback` of the rollout's plan to every device that it has reached, the devices reached last first, as a rollout of its own with a record of its own, NAME.rollback. The rollout itself goes on no more. Run again, it goes on where it stands. A device that was not reached is never deployed to.",
    examples: [
      'breakwater rollback camera-firmware-2.14 --reason "cameras reboot at night"',
      'breakwater rollback camera-firmware-2.14 --only succeeded --yes',
    ],
  },
  approve: {
    summary: 'let a wave start that needs approval',
    description:
      'Approves a wave whose plan says `approval: required`. The approval is for the plan as it is on record: if it changes, the wave needs another one. If no runner is at work, run the plan again afterwards.',
    examples: ['breakwater approve camera-firmware-2.14 --wave taipei --reason "canary looks good"'],
  },
  'follow-up': {
    summary: 'ask once more what became of the devices of a finished rollout',
    description:
      'Asks the API once more about every deployment of a rollout that has completed or halted, and records what became of its devices: those that did not succeed, and those that did. Posts nothing, and changes no verdict. Ends with 0 where no device is open, and with 3 where some still are: a device is open while nobody knows how its latest deployment ended. With --accept-open asks nothing, and closes the open devices: later rollouts no longer ask about them.',
    examples: [
      'breakwater follow-up camera-firmware-2.14',
      'breakwater follow-up camera-firmware-2.14 --accept-open --reason "replaced in the field"',
    ],
  },
  settle: {
    summary: 'decide a deployment whose answer was lost',
    description:
      'Decides a deployment in doubt. The API can neither list deployments nor take one back, so look in the Allxon portal first. An id is adopted only if it exists and its devices are those of the deployment.',
    examples: [
      'breakwater settle camera-firmware-2.14 --deployment canary/1 --adopt 7c1f0b8e-…',
      'breakwater settle camera-firmware-2.14 --deployment canary/1 --not-created',
    ],
  },
  unlock: {
    summary: 'end the hold of a runner that is gone',
    description:
      'Ends the hold of a runner that cannot be told for certain to be dead: on another machine, in another container. The id is shown by whoever is kept out. Should that runner be alive after all, it can record nothing more.',
    examples: ['breakwater unlock camera-firmware-2.14 --holder 0b7e3c52-…'],
  },
  artifact: {
    summary: 'check and upload artifacts',
    description: 'Checks the files of artifacts, and uploads them to the API for plans to deploy.',
    examples: ['breakwater artifact check FILE', 'breakwater artifact upload FILE --region us'],
  },
  'artifact check': {
    summary: 'check the file of an artifact',
    description:
      'Checks whether devices can use a file as an artifact: its name, the digest that the name begins with, whether the archive is whole, and whether its root holds ota_deploy.sh (Linux) or ota_deploy.bat (Windows). Needs no network and no credentials. A digest that does not match is a warning. --allow-unusual makes warnings of the errors that an unusual artifact may mean.',
    examples: [
      'breakwater artifact check build/*-L-x86_64.tar.gz',
      'breakwater artifact check firmware.zip --name a476c70752326d809307dcb84d55a7ae-ota_args-W-all.zip --format json',
    ],
  },
  'artifact upload': {
    summary: 'upload the file of an artifact',
    description: `Makes an artifact of a file and prints its UUID, alone, on stdout. Which file it is goes on record, so a plan may name it by \`artifact: { file: … }\`. A file that has been uploaded to the region is not uploaded again; an upload that was cut short goes on. The file is checked first, as by \`artifact check\`. The API expects names such as a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz (L or W; x86, x86_64, aarch64 or all; tar.gz or zip); for a file that is not called so, --name says one.`,
    examples: [
      'breakwater artifact upload build/*-Allxon_OTA_Artifact-L-x86_64.tar.gz',
      'breakwater artifact upload firmware.zip --region eu --name 9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-W-all.zip',
    ],
  },
  simulator: {
    summary: 'stand in for the API on this machine',
    description:
      'Serves the Allxon API on 127.0.0.1 over simulated devices, until it is interrupted. Prints the environment that points Breakwater (or a script of yours) at it.',
    examples: [
      'breakwater simulator --port 8080',
      'breakwater simulator examples/scenarios/bad-artifact.yaml',
    ],
  },
  explain: {
    summary: 'tell what a code means, and what to do',
    description:
      'Tells what a code of the output means, why it matters and what to do next: a finding such as schema-unknown-key, with a plan that causes it; the reason for a halt; what a rollout waits for; the occasion of a hook; an exit code; and whatever else has a code. Without one, lists them all.',
    examples: [
      'breakwater explain schema-unknown-key',
      'breakwater explain failures-exceeded',
      'breakwater explain onWait',
      'breakwater explain 6',
      'breakwater explain',
    ],
  },
  settings: {
    summary: 'show the settings, and where each comes from',
    description:
      'Shows each setting, its value, and where it came from: a flag, a variable of the environment, a line of the settings file, or the default. Shows no secret. Of the plan, only the folder counts: the settings file is looked for from there upwards. Needs no network, and runs nothing.',
    examples: ['breakwater settings rollout.yaml', 'breakwater settings --format json'],
  },
  schema: {
    summary: 'print a JSON Schema',
    description:
      'Prints the JSON Schema of plans, or of another of the formats that Breakwater reads or writes.',
    examples: ['breakwater schema > rollout-plan.schema.json', 'breakwater schema status'],
  },
  help: {
    summary: 'Print the help of a command, or a page of the documentation',
    description:
      'Prints the help of a command, or a page of the documentation as text. Pages: getting-started, plan-reference, thresholds, staging, on-call, ci, credentials, hooks, reports, record, rehearsals, artifacts, command-line, findings, codes, library, benchmarks, reliability.',
    examples: ['breakwater help run', 'breakwater help on-call'],
  },
  completion: {
    summary: 'print a script for completion in a shell',
    description:
      'Prints a script that completes commands, flags and their values, files, and what is on record in a folder: rollouts, waves that wait for approval, deployments in doubt. It asks Breakwater itself, so a newer release needs no newer script.',
    examples: [
      'source <(breakwater completion bash)',
      'source <(breakwater completion zsh)',
      'breakwater completion fish | source',
    ],
  },
} as const satisfies Record<'program', { readonly description: string }> &
  Record<string, Partial<CommandHelp>>;
