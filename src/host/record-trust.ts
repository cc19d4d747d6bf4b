/** Whether a record may say which programs are run and which artifact is deployed, as only its runner could write it. */
import { isCi } from '../base/ci.ts';
import type { StateLocation } from '../settings/settings.ts';

export function isRecordTrusted(
  place: StateLocation,
  { env }: { readonly env: Readonly<Record<string, string | undefined>> },
): boolean {
  return place.kind === 'files' && !isCi(env);
}
