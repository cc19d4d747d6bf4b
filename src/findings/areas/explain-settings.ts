import type { settingsSentences, scenarioSentences } from './settings.ts';
import type { Explanation } from '../explanation.ts';

const SHOW = ['breakwater settings'];

export const settingsExplanations: Readonly<Record<keyof typeof settingsSentences, Explanation>> = {
  'settings-api-url': {
    meaning: 'The address of the API cannot be used.',
    why: 'Requests are signed and carry the key. They go over `https`, or to this machine, and the path is part of the signature.',
    next: 'Write scheme, host and port: `https://us.api.allxon.com`. Leave it out to use the host of the region.',
    commands: SHOW,
  },
  'settings-state': {
    meaning: 'The place where rollouts are to be kept on record cannot be used.',
    why: 'A record in the wrong place is one that the next run does not find.',
    next: 'Write a folder, or the URL of a PostgreSQL database: `postgres://user@db.example.com:5432/breakwater`.',
    commands: SHOW,
  },
  'settings-file-name': {
    meaning: 'A file is called as if it held settings, and files of that name are not read.',
    why: 'Passing it over would use the defaults in its place, the place of the record among them, and start rollouts again. A file of code is not run: whoever checks a pull request would run it.',
    next: 'Write the settings as YAML or JSON, in a file of the name that the finding shows.',
    commands: SHOW,
  },
  'settings-several': {
    meaning: 'Two files in one folder hold settings.',
    why: 'Only one of them could count. The other may be the one that names the record.',
    next: 'Put everything into one file, and remove the other.',
    commands: SHOW,
  },
  'settings-package': {
    meaning: '`package.json` is not JSON at this place.',
    why: 'It may hold settings under the key `breakwater`, such as the place of the record. Passing it over would start rollouts again elsewhere.',
    next: 'Correct the file. A merge may have left conflict marks.',
    commands: SHOW,
  },
  'settings-empty': {
    meaning: 'A variable or a flag that decides where something is has no value.',
    why: 'Whoever sets it means another place than the default: without its record, every rollout would start again, and with the default API, real devices could be reached.',
    next: 'Give it a value, or unset it. In CI, look whether the secret exists, and whether this job may read it: jobs for forks and for other environments may not.',
    commands: SHOW,
  },
  'settings-state-ci': {
    meaning: 'A job of CI would connect to a database that only the settings file names.',
    why: 'The settings file is part of the branch. A stranger who changes it must not be able to have the job, with its secrets, connect to another server.',
    next: 'Set `BREAKWATER_STATE` in the settings of the CI service, or give `--state`.',
    commands: SHOW,
  },
  'settings-state-password': {
    meaning: "The settings file holds the database's password.",
    why: 'Settings files are kept in git, where a password stays for good.',
    next: 'Remove it, and change it if the file was shared. Set `PGPASSWORD`, or `BREAKWATER_STATE` with the whole URL, or use `~/.pgpass`.',
  },
  'settings-polling-crossed': {
    meaning: 'The shortest time between two polls is longer than the longest.',
    why: 'No time between two polls would be right.',
    next: 'Make `polling.minInterval` the shorter of the two.',
    commands: SHOW,
  },
  'settings-duration-zero': {
    meaning: 'A duration of the settings is nothing.',
    why: 'Polls without a pause would use up the rate limit, and an API that is away for a moment would end the run.',
    next: 'Give it a length, or leave the key out.',
    commands: SHOW,
  },
  'settings-program': {
    meaning: '`credentials.command` does not name a program that could be run.',
    why: 'No shell takes a line apart, so that nothing in it can be taken for another command. Without a program there is no API key.',
    next: "Write each word as an entry of its own, the program first: `command: ['./print-api-key.sh', '--account', 'fleet']`.",
    commands: SHOW,
  },
  'settings-variable': {
    meaning: 'A variable of the environment says something that is not known.',
    why: 'A setting that is passed over would be one that does not count.',
    next: 'Take one of the values that the finding lists, or unset the variable.',
    commands: SHOW,
  },
};

export const scenarioExplanations: Readonly<Record<keyof typeof scenarioSentences, Explanation>> = {
  'scenario-outcomes-over': {
    meaning: 'The outcomes of a simulated fleet come to more than 100% of its devices.',
    why: 'Each device has one outcome.',
    next: 'Lower them. What is left to 100% succeeds.',
  },
  'scenario-fault-never': {
    meaning: 'A simulated fault ends before it starts.',
    why: 'It would never strike, and a rehearsal of it would prove nothing.',
    next: 'Make `to` later than `from`, or leave one of them out.',
  },
};
