/** `breakwater settings`: shows each setting and the source of its value. Secrets are hidden. */
import { renderJson, printable } from '../../base/text.ts';
import { isLoopback } from '../../backend/allxon/base-url.ts';
import { readCredentials } from '../../backend/allxon/credentials.ts';
import { showProxyVariables } from '../../backend/allxon/proxy-settings.ts';
import { renderDuration } from '../../base/duration.ts';
import { padTo } from '../../base/columns.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { ResolvedSettings } from '../../settings/resolve-settings.ts';
import { resolveSettings } from '../../settings/resolve-settings.ts';
import type { ProgressChoice, Sourced, SourcedSettings } from '../../settings/settings.ts';
import { showCommand } from '../../settings/confidential.ts';
import { nameState } from '../../settings/state-location.ts';
import { print } from '../io.ts';
import type { Io } from '../io.ts';
import { describeOrigin } from '../read-settings.ts';
import { printDiagnostics } from '../read-plan.ts';

export type SettingsFlags = {
  readonly planPath: string | null;
  readonly allowOutside: boolean;
  readonly state: string | null;
  readonly progress: ProgressChoice | null;
  readonly format: 'text' | 'json';
  readonly color: boolean;
};

type CredentialsStatus = 'set' | 'missing' | 'malformed';

type SettingsReport = {
  readonly version: 1;
  readonly settings: readonly (Sourced<string | null> & { readonly key: string })[];
  /** `path` is `null` if none was found. */
  readonly file: { readonly path: string | null; readonly searched: readonly string[] };
  readonly credentials: readonly { readonly name: string; readonly status: CredentialsStatus }[];
  readonly proxies: readonly { readonly name: string; readonly value: string }[];
};

export async function runSettings(flags: SettingsFlags, io: Io): Promise<ExitCode> {
  const { planPath, allowOutside, state, progress, format, color } = flags;
  const resolved = await resolveSettings({
    planPath,
    allowOutside,
    cwd: io.cwd,
    env: io.env,
    flags: { state, progress },
    uses: { record: true, api: true },
  });
  printDiagnostics(resolved, io, color);
  if (resolved.sourced === null) return EXIT.refused;
  const report = makeReport(resolved.sourced, resolved, io);
  print(io.stdout, format === 'json' ? `${renderJson(report, 2)}\n` : renderReport(report));
  return EXIT.completed;
}

function makeReport(
  sourced: SourcedSettings,
  { sources, searched }: Pick<ResolvedSettings, 'sources' | 'searched'>,
  { env }: Io,
): SettingsReport {
  const { apiUrl, state, progress, minIntervalMs, maxIntervalMs, apiOutageMs } = sourced;
  const { credentialsCommand, credentialsTimeoutMs } = sourced;
  const isLocal = apiUrl.value !== null && isLoopback(new URL(apiUrl.value).hostname);
  return {
    version: 1,
    settings: [
      { key: 'apiUrl', ...apiUrl },
      { key: 'state', value: nameState(state.value), from: state.from },
      { key: 'progress', ...progress },
      { key: 'polling.minInterval', ...lengthOf(minIntervalMs) },
      { key: 'polling.maxInterval', ...lengthOf(maxIntervalMs) },
      { key: 'apiOutage', ...lengthOf(apiOutageMs) },
      { key: 'credentials.command', ...commandOf(credentialsCommand) },
      { key: 'credentials.timeout', ...lengthOf(credentialsTimeoutMs) },
    ],
    file: { path: [...sources.keys()][0] ?? null, searched },
    credentials: credentialsOf(env),
    proxies: isLocal ? [] : showProxyVariables(env),
  };
}

function lengthOf({ value, from }: Sourced<number>): Sourced<string> {
  return { value: renderDuration(value), from };
}

function commandOf({ value, from }: Sourced<readonly string[] | null>): Sourced<string | null> {
  return { value: value === null ? null : showCommand(value), from };
}

function credentialsOf(env: Io['env']): SettingsReport['credentials'] {
  const read = readCredentials(env);
  return ['ALLXON_API_KEY_ID', 'ALLXON_API_SECRET'].map((name) => ({
    name,
    status: read.kind === 'read' || !read.names.includes(name) ? 'set' : read.kind,
  }));
}

/** Long values are last in their line. */
function renderReport({ settings, file, credentials, proxies }: SettingsReport): string {
  const isAsked =
    credentials.every(({ status }) => status === 'missing') &&
    settings.some(({ key, value }) => key === 'credentials.command' && value !== null);
  const rows = [
    ...settings.map(({ key, value, from }) => [
      key,
      describeOrigin(from),
      value ?? UNSET_WORDS[key] ?? 'none',
    ]),
    ...credentials.map(({ name, status }) => ['credentials', name, describeStatus(status, isAsked)]),
    ...proxies.map(({ name, value }) => ['proxy', name, value === '' ? 'empty: no proxy' : value]),
  ].map((cells) => cells.map(printable));
  const width = (column: number) => Math.max(...rows.map((cells) => (cells[column] ?? '').length)) + 2;
  const widths = [width(0), width(1)];
  const lines = rows.map((cells) => cells.map((cell, index) => padTo(cell, widths[index] ?? 0)).join(''));
  const read =
    file.path === null
      ? `No settings file found. Searched folders:\n${file.searched.map((folder) => `  ${printable(folder)}\n`).join('')}`
      : `Settings file: ${printable(file.path)}\n`;
  return `${lines.join('\n')}\n\n${read}`;
}

const UNSET_WORDS: Readonly<Record<string, string>> = { apiUrl: 'the host of the region' };

function describeStatus(status: CredentialsStatus, isAsked: boolean): string {
  switch (status) {
    case 'set':
      return 'set';
    case 'missing':
      return isAsked ? 'not set: credentials.command is asked' : 'not set';
    case 'malformed':
      return 'set, but not valid';
  }
}
