/** Waiting between waves: for a window, a soak, or a person's approval, for no longer than the run was told to. */
import { renderSecond } from '../base/duration.ts';
import type { Decision, WaitReason } from '../rollout/decide.ts';
import type { RolloutState, WaveState } from '../rollout/state.ts';
import { checkDeployment } from './follow-deployment.ts';
import type { RunContext } from './run-context.ts';

/** Until then, or until anything happens that may change what is next. */
export async function waitFor(
  { wave, why, until }: Extract<Decision, { readonly kind: 'wait' }>,
  run: RunContext,
): Promise<void> {
  const { control, observer, waitUntil } = run;
  if (waitUntil !== null && until > waitUntil) {
    stopWaiting(`${describeWait(wave, why)} until ${renderSecond(until)}`, run);
    return;
  }
  observer.notice({ kind: 'waiting', wave: wave.wave.name, why, until });
  await control.sleepUntil(until);
}

/** A run waits for a person only where it was told how long. */
export async function waitForApproval(
  { wave }: Extract<Decision, { readonly kind: 'approval' }>,
  run: RunContext,
): Promise<void> {
  const { clock, control, observer, waitUntil } = run;
  if (waitUntil === null || clock.now() >= waitUntil) {
    stopWaiting(`wave ${wave.wave.name} waits for approval`, run);
    return;
  }
  observer.notice({ kind: 'waiting', wave: wave.wave.name, why: 'approval', until: waitUntil });
  await control.sleepUntil(waitUntil);
}

/** Asks what has become of devices that had ended; a check that was interrupted is made again by the next run. */
export async function lookAgain(
  { wave, at, then }: Extract<Decision, { readonly kind: 'look-again' }>,
  run: RunContext,
): Promise<void> {
  const { control, recorder } = run;
  const isWanted = () => isIn(recorder.state(), wave) && control.cause() === null;
  const answers = await Promise.all(at.map(({ key }) => checkDeployment(key, isWanted, run)));
  if (then === null || !answers.every(Boolean)) return;
  await recorder.recordWhat((state) => (isIn(state, wave) ? then : null));
}

/** Whether the wave is as it was. */
function isIn({ phase, waves }: RolloutState, wave: WaveState): boolean {
  return phase.kind === 'running' && waves[wave.index]?.phase === wave.phase;
}

function describeWait({ wave }: WaveState, why: WaitReason): string {
  switch (why) {
    case 'window':
      return `wave ${wave.name} waits for its window`;
    case 'soak':
      return `wave ${wave.name} soaks`;
    case 'gate':
      return `wave ${wave.name} waits to try a gate again`;
    case 'signature':
      return `wave ${wave.name} waits for the end of a signed request that an earlier runner may still send`;
  }
}

function stopWaiting(message: string, { control }: RunContext): void {
  control.stop({ why: 'waiting', message, isRecorded: true });
}
