/** What an artifact's file must be called: the API goes by it, and devices pick theirs by it. */

export const ARTIFACT_NAME_FORM =
  '<32 hex digits>-Allxon_OTA_Artifact-<L or W>-<x86_64, aarch64 or all>.<tar.gz or zip>';

/** As in the schema of the records. */
const ARTIFACT_NAME_PATTERN =
  /^[0-9a-f]{32}-Allxon_OTA_Artifact-[LW]-(?:x86_64|aarch64|all)\.(?:tar\.gz|zip)$/;

export function isArtifactName(text: string): boolean {
  return ARTIFACT_NAME_PATTERN.test(text);
}
