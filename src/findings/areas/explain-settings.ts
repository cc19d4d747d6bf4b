import type { settingsSentences, scenarioSentences } from './settings.ts';
import type { Explanation } from '../explanation.ts';

const SHOW = ['breakwater settings'];

export const settingsExplanations: Readonly<Record<keyof typeof settingsSentences, Explanation>> = {
  'settings-api-url': {
    meaning: 'The address of the API is not valid.',
    why: 'Requests are signed and contain the key. Breakwater sends them only by `https`, or to this machine. The path is part of the signature.',
    next: 'Write scheme, host and port: `https://us.api.allxon.com`. To use the host of the region, remove the setting.',
    commands: SHOW,
  },
  'settings-state': {
    meaning: 'The place for the records of rollouts is not valid.',
    why: 'If a record is in the wrong place, the next run does not find it.',
    next: 'Write a folder, or the URL of a PostgreSQL database: `postgres://user@db.example.com:5432/breakwater`.',
    commands: SHOW,
  },
  'settings-file-name': {
    meaning: 'A file has the name of a settings file, but Breakwater does not read files with this name.',
    why: 'If Breakwater ignored the file, it would use defaults, also for the place of the record, and start rollouts again. It runs no settings file that is code: a pull request could change that code.',
    next: 'Write the settings as YAML or JSON, in a file with the name that the finding shows.',
    commands: SHOW,
  },
  'settings-several': {
    meaning: 'Two files in one folder contain settings.',
    why: 'Breakwater could use only one of them. The other one may name the place of the record.',
    next: 'Move all settings to one file, and remove the other.',
    commands: SHOW,
  },
  'settings-package': {
    meaning: '`package.json` is not valid JSON at this place.',
    why: 'It may contain settings under the key `breakwater`, such as the place of the record. If Breakwater ignored it, rollouts would start again in another place.',
    next: 'Fix the file. A merge may have left conflict markers.',
    commands: SHOW,
  },
  'settings-empty': {
    meaning: 'A variable or a flag that names a place has no value.',
    why: 'You set it because you do not want the default. Without its record, every rollout would start again. With the default API, Breakwater could deploy to real devices.',
    next: 'Give it a value, or unset it. In CI, check that the secret exists and that this job may read it. Jobs for forks and for other environments often may not.',
    commands: SHOW,
  },
  'settings-state-ci': {
    meaning: 'A CI job would connect to a database that only the settings file or a saved plan names.',
    why: 'The file is part of the branch. Anybody who changes it could make the job, with its secrets, connect to another server.',
    next: 'Set `BREAKWATER_STATE` in the settings of the CI service, or add `--state`.',
    commands: SHOW,
  },
  'settings-state-password': {
    meaning: 'The settings file contains the password of the database.',
    why: 'Settings files are in git. A password stays in its history.',
    next: 'Remove the password, and change it if the file was shared. Set `PGPASSWORD`, set `BREAKWATER_STATE` to the whole URL, or use `~/.pgpass`.',
  },
  'settings-polling-crossed': {
    meaning: 'The shortest time between two polls is longer than the longest.',
    why: 'No time between two polls meets both limits.',
    next: 'Reduce `polling.minInterval`, or increase `polling.maxInterval`.',
    commands: SHOW,
  },
  'settings-duration-zero': {
    meaning: 'A duration in the settings is 0.',
    why: 'Polls without a pause would use up the rate limit. A short outage of the API would end the run.',
    next: 'Write a longer duration, or remove the key.',
    commands: SHOW,
  },
  'settings-program': {
    meaning: '`credentials.command` does not name a program.',
    why: 'No shell reads the line, so nothing in it can become another command. Without a program there is no API key.',
    next: "Write each word as its own entry, the program first: `command: ['./print-api-key.sh', '--account', 'fleet']`.",
    commands: SHOW,
  },
  'settings-variable': {
    meaning: 'An environment variable has an unknown value.',
    why: 'If Breakwater ignored the value, the setting would have no effect.',
    next: 'Use one of the values that the finding lists, or unset the variable.',
    commands: SHOW,
  },
};

export const scenarioExplanations: Readonly<Record<keyof typeof scenarioSentences, Explanation>> = {
  'scenario-outcomes-over': {
    meaning: 'The outcomes of a simulated fleet add up to more than 100% of its devices.',
    why: 'Each device has one outcome.',
    next: 'Lower the percentages. The remaining devices succeed.',
  },
  'scenario-fault-never': {
    meaning: 'A simulated fault ends before it starts.',
    why: 'It would never happen, so a rehearsal of it would prove nothing.',
    next: 'Make `to` later than `from`, or remove one of them.',
  },
};
