/** Says where the record of a run is: whoever starts a rollout in the wrong place is to see it at once. */
import { printable } from '../base/text.ts';
import type { SettingOrigin } from '../settings/settings.ts';
import { print } from './io.ts';
import type { Io } from './io.ts';

/** `from`: a remark, where no setting says the place. */
export function showRecord(location: string, from: SettingOrigin | string, io: Io): void {
  const why = typeof from === 'string' ? from : describeOrigin(from);
  print(io.stderr, `Record: ${printable(location)} (${printable(why)})\n`);
}

/** Where a setting's value came from, as people know it. */
export function describeOrigin(from: SettingOrigin): string {
  switch (from.kind) {
    case 'flag':
    case 'environment':
      return from.name;
    case 'file':
      return `${from.path}:${from.line}`;
    case 'plan':
      return from.path;
    case 'default':
      return 'default';
  }
}
