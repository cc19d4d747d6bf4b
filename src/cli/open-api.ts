/** The real API, with the API key from the environment, or from the command that the settings name. */
import { hostOf } from '../backend/allxon/base-url.ts';
import type { Clock } from '../base/clock.ts';
import { openClient } from '../host/open-client.ts';
import type { OpenedClient } from '../host/open-client.ts';
import type { Region } from '../plan/rollout-plan.ts';
import type { ExitCode } from '../views/tables/outcomes.ts';
import type { Settings, CredentialsCommand } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { readCredentials } from '../backend/allxon/credentials.ts';
import type { Credentials, ReadCredentials } from '../backend/allxon/credentials.ts';
import { EXIT } from '../views/tables/outcomes.ts';

export type OpenedApi =
  | ({ readonly kind: 'open' } & OpenedClient)
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

export type ApiWanted = { readonly settings: Settings; readonly region: Region; readonly clock: Clock };

export async function openApi({ settings, region, clock }: ApiWanted, io: Io): Promise<OpenedApi> {
  const found = await findCredentials(settings, io);
  if (found.kind === 'failed') return found;
  const { credentials } = found;
  const origin = settings.apiUrl ?? hostOf(region);
  return { kind: 'open', ...(await openClient({ origin, credentials, env: io.env, clock })) };
}

type FoundCredentials =
  | { readonly kind: 'read'; readonly credentials: Credentials }
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

/** Runs the command only if neither variable is set: two halves from different sources are not a valid key. */
async function findCredentials({ credentials: command }: Settings, io: Io): Promise<FoundCredentials> {
  const read = readCredentials(io.env);
  if (read.kind === 'read') return read;
  if (command !== null && read.kind === 'missing' && read.names.length === 2) return askCommand(command, io);
  return { kind: 'failed', message: describeVariables(read, command !== null), exit: EXIT.environment };
}

async function askCommand(command: CredentialsCommand, { env, onStopSignal }: Io): Promise<FoundCredentials> {
  const { runCredentialsCommand } = await import('../host/run-credentials-command.ts');
  const stop = new AbortController();
  const off = onStopSignal(() => {
    stop.abort();
  });
  try {
    const asked = await runCredentialsCommand({ command, env, signal: stop.signal });
    switch (asked.kind) {
      case 'read':
        return asked;
      case 'failed':
        return { ...asked, exit: EXIT.environment };
      case 'interrupted':
        return { kind: 'failed', message: INTERRUPTED, exit: EXIT.unfinished };
    }
  } finally {
    off();
  }
}

const INTERRUPTED = 'interrupted while credentials.command was asked for the API key; nothing was started';

function describeVariables(
  { kind, names }: Exclude<ReadCredentials, { readonly kind: 'read' }>,
  hasCommand: boolean,
): string {
  const named = names.join(' and ');
  const verb = names.length === 1 ? 'is' : 'are';
  if (kind === 'malformed')
    return `${named} ${verb} not valid: remove white space, quotes and control characters, such as a line feed at the end.`;
  if (hasCommand)
    return `${named} ${verb} not set, but the other half of the API key is. Set both variables, or unset both to use credentials.command.`;
  return `${named} ${verb} not set. Create an API key in the vendor's portal and set both variables, or set credentials.command in the settings. To try a plan without a key: breakwater run PLAN --simulate`;
}
