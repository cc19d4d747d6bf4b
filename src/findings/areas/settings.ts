/** What is wrong in the settings, and in a simulator's scenario, beyond their schemas. `from` names where a value came from: a file's key, a variable. */
import type { Range } from '../source-place.ts';
import type { Sentence } from '../sentence.ts';
import { quote } from '../sentence.ts';

export const settingsSentences = {
  'settings-api-url': ({
    url,
    from,
    reason,
  }: {
    readonly url: string;
    readonly from: string;
    readonly reason: string;
  }): Sentence => ({
    message: `${from}: ${quote(url)} ${reason}`,
    help: 'write scheme, host and port, as in `https://us.api.allxon.com`',
  }),
  'settings-state': ({
    from,
    reason,
  }: {
    readonly from: string;
    readonly reason: string;
    /** Not shown: it may hold a password. */
    readonly masked: readonly Range[];
  }): Sentence => ({
    message: `${from}: it ${reason}`,
    help: 'write a folder, or the URL of a PostgreSQL database, as in `postgres://user@db.example.com:5432/breakwater`',
  }),
  'settings-file-name': ({
    file,
    instead,
  }: {
    readonly file: string;
    readonly instead: string;
  }): Sentence => ({
    message: `${quote(file)} is not read: settings are data, in YAML or JSON, in a file of a known name`,
    help: `call it ${quote(instead)}, and write YAML${instead.endsWith('.json') ? ' or JSON' : ''}; a file that has nothing to do with Breakwater needs another name`,
  }),
  'settings-several': ({ file, other }: { readonly file: string; readonly other: string }): Sentence => ({
    message: `two files in one folder hold settings: ${quote(file)} and ${quote(other)}`,
    help: 'put everything into one of them, and remove the other',
  }),
  'settings-package': (): Sentence => ({
    message: 'this is not JSON, so that nobody can tell whether the file holds settings',
    help: 'correct the file; look for conflict marks, a comma before `}`, or comments',
  }),
  'settings-empty': ({
    name,
  }: {
    /** A variable, or a flag with its dashes. */
    readonly name: string;
  }): Sentence => ({
    message: `${name} is set and empty`,
    help: name.startsWith('-')
      ? 'give it a value, or leave the flag out'
      : 'give it a value, or unset it; a CI service leaves it empty where the secret or variable behind it does not exist',
  }),
  'settings-state-ci': (): Sentence => ({
    message: 'in CI a database is connected to only where `--state` or BREAKWATER_STATE names it',
    help: 'set BREAKWATER_STATE for the job; this file is of the branch, which anybody may have changed',
  }),
  'settings-state-password': ({
    key,
  }: {
    readonly key: string;
    readonly masked: readonly Range[];
  }): Sentence => ({
    message: `${quote(key)} holds a password, and passwords do not belong in this file`,
    help: 'remove it, and change it if the file was shared; set PGPASSWORD, or BREAKWATER_STATE with the whole URL, or put it into ~/.pgpass',
  }),
  'settings-polling-crossed': ({
    minInterval,
    maxInterval,
  }: {
    readonly minInterval: string;
    readonly maxInterval: string;
  }): Sentence => ({
    message: `\`minInterval\` (${minInterval}) is longer than \`maxInterval\` (${maxInterval})`,
    help: 'the time between two polls lies between them',
  }),
  'settings-duration-zero': ({ key }: { readonly key: string }): Sentence => ({
    message: `${quote(key)} must be longer than nothing`,
    help: null,
  }),
  'settings-program': ({ fault }: { readonly fault: 'empty' | 'line' }): Sentence => ({
    message:
      fault === 'empty'
        ? '`credentials.command` names no program'
        : 'the first entry of `credentials.command` is a whole line, and there is no shell to take it apart',
    help: "write each word as an entry, the program first: `command: ['./print-api-key.sh', '--account', 'fleet']`",
  }),
  'settings-variable': ({
    name,
    value,
    allowed,
  }: {
    readonly name: string;
    readonly value: string;
    readonly allowed: readonly string[];
  }): Sentence => ({
    message: `the environment variable ${name} is ${quote(value)}`,
    help: `it may be ${allowed.map(quote).join(', ')}`,
  }),
};

export const scenarioSentences = {
  'scenario-outcomes-over': ({ percent }: { readonly percent: number }): Sentence => ({
    message: `the outcomes come to ${percent}% of the devices`,
    help: 'they come to 100% at most; what is left succeeds',
  }),
  'scenario-fault-never': ({ from }: { readonly from: string }): Sentence => ({
    message: `the fault ends before it starts (${from}): it would never strike`,
    help: 'make `to` later than `from`, or leave one of them out',
  }),
};
