import type { StateLocation } from '../settings/settings.ts';
import { parseState } from '../settings/state-location.ts';
import { OptionError } from './errors.ts';

/** As `--state` takes it; a folder is relative to the process's own. Throws an `OptionError` for what is neither. */
export function locateState(text: string): StateLocation {
  const parsed = parseState(text, process.cwd());
  if (parsed.kind === 'refused') throw new OptionError('state', parsed.reason);
  return parsed.state;
}
