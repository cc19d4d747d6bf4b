/** Checks the name of a rollback, and that it changes something. */
import { makeError, makeWarning } from '../../findings/findings.ts';
import { UNKNOWN_ARTIFACT } from '../collect-artifacts.ts';
import { ROLLED_BACK_NAME_CHARS_MAX, rollbackName } from '../identifiers.ts';
import type { PlanSubject } from '../plan-subject.ts';
import type { Diagnostic } from '../../findings/catalogue.ts';

export function checkRollback({ plan, placeOf }: PlanSubject): readonly Diagnostic[] {
  const { name, artifact, rollback } = plan;
  if (rollback === undefined) return [];
  const isKnown = artifact.uuid !== UNKNOWN_ARTIFACT;
  const isSame =
    isKnown && rollback.artifact.uuid === artifact.uuid && Object.keys(rollback.arguments).length === 0;
  return [
    ...(name.length > ROLLED_BACK_NAME_CHARS_MAX
      ? [
          makeError({
            code: 'rollback-name-too-long',
            place: placeOf(['name']),
            facts: { rollback: rollbackName(name), most: ROLLED_BACK_NAME_CHARS_MAX },
          }),
        ]
      : []),
    ...(isSame
      ? [
          makeWarning({
            code: 'rollback-same-artifact',
            place: placeOf(['rollback', 'artifact', 'uuid']),
            facts: null,
          }),
        ]
      : []),
  ];
}
