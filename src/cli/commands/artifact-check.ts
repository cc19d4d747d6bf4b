/** `breakwater artifact check`: whether a file can be an artifact, before a fleet finds out. Asks nobody. */
import { renderJson, count, printable } from '../../base/text.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { CheckedArtifact } from '../../upload/check-artifact.ts';
import { isColourful, print } from '../io.ts';
import type { Io } from '../io.ts';
import { checkOrReport, describeFindings, findingFacts, hasErrors } from './artifact/report-check.ts';
import { renderBytes } from './artifact/show-upload.ts';

export type ArtifactCheckFlags = {
  readonly file: string;
  /** `null`: what the file is called. */
  readonly name: string | null;
  /** Whether errors that a person may lift are warnings. */
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
  const verdict = isSound ? 'can be uploaded' : 'cannot be an artifact as it is';
  const found = describeFindings(findings, { allowUnusual, colour: isColourful(io, io.stdout, color) });
  return `${printable(file)} ${verdict}
  for      ${name.platform === 'L' ? 'Linux' : 'Windows'}, ${name.architecture}
  file     ${renderBytes(bytes)}, MD5 ${md5}
  digest   ${digest === name.digest ? 'that of the name' : `${digest}, not that of the name`}
  archive  ${name.format}, ${count(entries, 'entry', 'entries')}, ${renderBytes(unpackedBytes)} unpacked
  script   ${scriptBytes === null ? `no ${script}` : `${script}, ${renderBytes(scriptBytes)}`}
${found}`;
}
