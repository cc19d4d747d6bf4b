/**
 * What is wrong in settings and in scenarios of the simulator, beyond their schemas. `from` names the source of a value: a
 * key of the file, a variable, a flag.
 */
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
    help: 'write scheme, host and port, for example `https://us.api.allxon.com`',
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
    message: `${from} ${reason}`,
    help: 'write a folder, or the URL of a PostgreSQL database, for example `postgres://user@db.example.com:5432/breakwater`',
  }),
  'settings-file-name': ({
    file,
    instead,
  }: {
    readonly file: string;
    readonly instead: string;
  }): Sentence => ({
    message: `Breakwater does not read ${quote(file)}: settings are YAML or JSON, in a file with a known name`,
    help: `rename it to ${quote(instead)}, and write YAML${instead.endsWith('.json') ? ' or JSON' : ''}; if the file is not for Breakwater, give it another name`,
  }),
  'settings-several': ({ file, other }: { readonly file: string; readonly other: string }): Sentence => ({
    message: `two files in one folder contain settings: ${quote(file)} and ${quote(other)}`,
    help: 'move all settings to one of them, and remove the other',
  }),
  'settings-package': (): Sentence => ({
    message: 'this is not JSON, so Breakwater cannot check whether the file contains settings',
    help: 'fix the file; look for conflict markers, a comma before `}`, or comments',
  }),
  'settings-empty': ({
    name,
  }: {
    /** A variable, or a flag with its dashes. */
    readonly name: string;
  }): Sentence => ({
    message: `${name} is set, but it is empty`,
    help: name.startsWith('-')
      ? 'give it a value, or remove the flag'
      : 'give it a value, or unset it; a CI service leaves it empty if its secret or variable does not exist',
  }),
  'settings-state-ci': (): Sentence => ({
    message: 'in CI, Breakwater connects to a database only if `--state` or BREAKWATER_STATE names it',
    help: 'set BREAKWATER_STATE for the job; anybody who can change the branch can change this file',
  }),
  'settings-state-password': ({
    key,
  }: {
    readonly key: string;
    readonly masked: readonly Range[];
  }): Sentence => ({
    message: `${quote(key)} contains a password; this file must not contain passwords`,
    help: 'remove the password, and change it if the file was shared; set PGPASSWORD, set BREAKWATER_STATE to the whole URL, or use ~/.pgpass',
  }),
  'settings-polling-crossed': ({
    minInterval,
    maxInterval,
  }: {
    readonly minInterval: string;
    readonly maxInterval: string;
  }): Sentence => ({
    message: `\`minInterval\` (${minInterval}) is longer than \`maxInterval\` (${maxInterval})`,
    help: 'reduce `minInterval`, or increase `maxInterval`',
  }),
  'settings-duration-zero': ({ key }: { readonly key: string }): Sentence => ({
    message: `${quote(key)} must be longer than 0`,
    help: null,
  }),
  'settings-program': ({ fault }: { readonly fault: 'empty' | 'line' }): Sentence => ({
    message:
      fault === 'empty'
        ? '`credentials.command` names no program'
        : 'expected a program as the first entry of `credentials.command`, found a command line',
    help: "no shell runs it; write each word as an entry, the program first: `command: ['./print-api-key.sh', '--account', 'fleet']`",
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
    message: `the environment variable ${name} has the unknown value ${quote(value)}`,
    help: `expected one of ${allowed.map(quote).join(', ')}`,
  }),
};

export const scenarioSentences = {
  'scenario-outcomes-over': ({ percent }: { readonly percent: number }): Sentence => ({
    message: `the outcomes add up to ${percent}% of the devices, at most 100% are possible`,
    help: 'lower them; the remaining devices succeed',
  }),
  'scenario-fault-never': ({ from }: { readonly from: string }): Sentence => ({
    message: `\`to\` is not later than \`from\` (${from}), so the fault never happens`,
    help: 'make `to` later than `from`, or remove one of them',
  }),
};
