/**
 * The file name of an artifact. The API identifies the artifact by it, and devices select their artifact by it.
 *
 *     a476c70752326d809307dcb84d55a7ae-ota_args-L-aarch64.tar.gz
 *     digest                           base     | architecture
 *                                               platform       format
 *
 * The digest is the MD5 checksum, in lower-case hex, of the text `<MD5 of the file>-<rest of the name>`. So the name shows
 * whether the file is complete.
 */
import { loadCrypto } from '../base/crypto.ts';

export const ARTIFACT_NAME_FORM =
  '<32 hex digits>-<base>-<L or W>-<x86, x86_64, aarch64 or all>.<tar.gz or zip>';

export type ArtifactName = {
  readonly digest: string;
  /** Everything after the digest and its hyphen. */
  readonly rest: string;
  readonly base: string;
  /** Linux or Windows. */
  readonly platform: 'L' | 'W';
  readonly architecture: 'x86' | 'x86_64' | 'aarch64' | 'all';
  readonly format: 'tar.gz' | 'zip';
};

/** As in `schemas/artifacts.schema.json`. A base may contain hyphens and dots, but no slash and no control character. */
const PATTERN =
  /^([0-9a-f]{32})-(([^/\\\u0000-\u001f\u007f]{1,180})-([LW])-(x86_64|x86|aarch64|all)\.(tar\.gz|zip))$/;

/** `null` for a name in another form. */
export function parseArtifactName(text: string): ArtifactName | null {
  const match = PATTERN.exec(text);
  if (match === null) return null;
  const [, digest = '', rest = '', base = '', platform, architecture, format] = match;
  return {
    digest,
    rest,
    base,
    platform: platform as ArtifactName['platform'],
    architecture: architecture as ArtifactName['architecture'],
    format: format as ArtifactName['format'],
  };
}

/** The digest at the start of the name of a file with this checksum. */
export function digestOfName(md5: string, rest: string): string {
  return loadCrypto().createHash('md5').update(`${md5}-${rest}`).digest('hex');
}

/** The script that the device runs, in the root of the archive. */
export function scriptFor({ platform }: Pick<ArtifactName, 'platform'>): string {
  return platform === 'L' ? 'ota_deploy.sh' : 'ota_deploy.bat';
}
