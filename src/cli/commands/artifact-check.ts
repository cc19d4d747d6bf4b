/**
 * `breakwater artifact check`: checks whether a file can be an artifact, without network. An upload starts with the same check
 * and prints the same findings.
 */
import { renderJson, count, printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { checkArtifact } from '../../upload/check-artifact.ts';
import type { CheckedArtifact, ArtifactFinding } from '../../upload/check-artifact.ts';
import { isColourful, print, fail } from '../io.ts';
import type { Io } from '../io.ts';
import { basename, resolve } from 'node:path';
import { colourOf } from '../../base/colour.ts';
import { ARTIFACT_NAME_FORM, parseArtifactName } from '../../plan/artifact-name.ts';
import type { ArtifactName } from '../../plan/artifact-name.ts';

export type ArtifactCheckFlags = {
  readonly file: string;
  /** `null`: the name of the file. */
  readonly name: string | null;
  /** Whether liftable errors become warnings. */
  readonly allowUnusual: boolean;
  readonly format: 'text' | 'json';
  readonly color: boolean;
};

export async function runArtifactCheck(flags: ArtifactCheckFlags, io: Io): Promise<ExitCode> {
  const found = await checkOrReport(flags, io);
  if (typeof found === 'number') return found;
  const { name, checked } = found;
  if (flags.format === 'json') io.stdout.write(renderCheck(checked, name, flags));
  else print(io.stdout, describeCheck(checked, flags, io));
  return hasErrors(checked.findings, flags.allowUnusual) ? EXIT.refused : EXIT.completed;
}

const VERSION = 1;

function renderCheck(
  checked: CheckedArtifact,
  text: string,
  { file, allowUnusual }: ArtifactCheckFlags,
): string {
  const { name, md5, bytes, digest, script, scriptBytes, entries, unpackedBytes, findings } = checked;
  const document = {
    version: VERSION,
    file,
    name: text,
    isSound: !hasErrors(findings, allowUnusual),
    md5,
    bytes,
    digest: { written: name.digest, computed: digest, matches: name.digest === digest },
    platform: name.platform,
    architecture: name.architecture,
    archive: { format: name.format, entries, unpackedBytes },
    script: { path: script, bytes: scriptBytes },
    findings: findingFacts(findings, allowUnusual),
  };
  return `${renderJson(document, 2)}\n`;
}

function describeCheck(
  checked: CheckedArtifact,
  { file, allowUnusual, color }: ArtifactCheckFlags,
  io: Io,
): string {
  const { name, md5, bytes, digest, script, scriptBytes, entries, unpackedBytes, findings } = checked;
  const isSound = !hasErrors(findings, allowUnusual);
  const verdict = isSound ? 'can be uploaded' : 'cannot be used as an artifact';
  const found = describeFindings(findings, { allowUnusual, colour: isColourful(io, io.stdout, color) });
  return `${printable(file)} ${verdict}
  for      ${name.platform === 'L' ? 'Linux' : 'Windows'}, ${name.architecture}
  file     ${renderBytes(bytes)}, MD5 ${md5}
  digest   ${digest === name.digest ? 'matches the name' : `${digest}, does not match the name`}
  archive  ${name.format}, ${count(entries, 'entry', 'entries')}, ${renderBytes(unpackedBytes)} unpacked
  script   ${scriptBytes === null ? `no ${script}` : `${script}, ${renderBytes(scriptBytes)}`}
${found}`;
}

type Given = {
  readonly file: string;
  /** `null`: the name of the file. */
  readonly name: string | null;
};

export type NamedArtifact = {
  /** The given name, or the name of the file. */
  readonly name: string;
  readonly checked: CheckedArtifact;
};

/** Resolves to the exit code if nothing can be checked, after printing why. */
export async function checkOrReport(given: Given, io: Io): Promise<NamedArtifact | ExitCode> {
  const text = given.name ?? basename(given.file);
  const name = parseArtifactName(text);
  if (name === null) return fail(io, EXIT.refused, describeName(text, given.name !== null));
  const checked = await checkNamed(given.file, name, io);
  return typeof checked === 'number' ? checked : { name: text, checked };
}

async function checkNamed(path: string, name: ArtifactName, io: Io): Promise<CheckedArtifact | ExitCode> {
  const file = printable(path);
  try {
    const check = await checkArtifact(resolve(io.cwd, path), name);
    switch (check.kind) {
      case 'checked':
        return check.artifact;
      case 'empty':
        return fail(io, EXIT.refused, `${file} is empty`);
      case 'directory':
        return fail(io, EXIT.refused, `${file} is a folder, not a file`);
      case 'not-regular':
        return fail(io, EXIT.refused, `${file} is a pipe, a socket or a device, not a regular file`);
    }
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'syscall' in error)) throw error;
    return fail(io, EXIT.refused, describeUnread(file, error));
  }
}

function describeUnread(file: string, { code, message }: Error & { readonly code: unknown }): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `file not found: ${file}`;
    case 'EACCES':
    case 'EPERM':
      return `${file} cannot be read: permission denied`;
    case 'ENXIO':
      return `${file} is a pipe, a socket or a device, not a regular file`;
    default:
      return `${file} cannot be read: ${printable(message)}`;
  }
}

function describeName(name: string, isTyped: boolean): string {
  const way = isTyped ? 'Correct --name' : 'Rename the file, or pass --name';
  return `"${printable(name)}" is not a valid artifact name. The API expects ${ARTIFACT_NAME_FORM}, such as a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz. ${way}.`;
}

/** A lifted error is a warning. */
function severityOf({ severity, isLiftable }: ArtifactFinding, allowUnusual: boolean): 'error' | 'warning' {
  return allowUnusual && isLiftable ? 'warning' : severity;
}

export function hasErrors(findings: readonly ArtifactFinding[], allowUnusual: boolean): boolean {
  return findings.some((finding) => severityOf(finding, allowUnusual) === 'error');
}

type Describing = { readonly allowUnusual: boolean; readonly colour: boolean };

/** One line for each finding, errors first; empty without findings. */
export function describeFindings(
  findings: readonly ArtifactFinding[],
  { allowUnusual, colour }: Describing,
): string {
  const { red, yellow } = colourOf(colour);
  const errors = findings.filter((finding) => severityOf(finding, allowUnusual) === 'error');
  const others = findings.filter((finding) => !errors.includes(finding));
  const lines = [...errors, ...others].map((finding) => {
    const severity = severityOf(finding, allowUnusual);
    const head = `${severity}[${finding.code}]`;
    return `${severity === 'error' ? red(head) : yellow(head)}: ${printable(finding.message)}.`;
  });
  const [first] = [...errors, ...others];
  if (first === undefined) return '';
  const isLifted = errors.length > 0 && errors.every(({ isLiftable }) => isLiftable);
  return [
    ...lines,
    ...(isLifted ? ['If this is intended, pass --allow-unusual: these errors become warnings.'] : []),
    `For more about a finding: breakwater explain ${first.code}`,
    '',
  ].join('\n');
}

export function findingFacts(findings: readonly ArtifactFinding[], allowUnusual: boolean) {
  return findings.map((finding) => ({
    code: finding.code,
    severity: severityOf(finding, allowUnusual),
    message: finding.message,
  }));
}

const UNITS = ['kB', 'MB', 'GB', 'TB'] as const;

/** `812 bytes`, `1.2 GB`. */
export function renderBytes(bytes: number): string {
  let value = bytes;
  let unit: string | null = null;
  for (const next of UNITS) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  if (unit === null) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  return `${value.toFixed(value < 99.95 ? 1 : 0)} ${unit}`;
}
