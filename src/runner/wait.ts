/** Waiting between waves: for a window, a soak, or a person's approval, for no longer than the run was told to. */
import pLimit from 'p-limit';
import { renderSecond } from '../base/duration.ts';
import type { Decision, TimedWait } from '../rollout/decide.ts';
import { nextOnWait } from '../rollout/hooks.ts';
import { notify } from './commands.ts';
import type { RolloutState, WaveState } from '../rollout/state.ts';
import { checkDeployment } from './follow-deployment.ts';
import type { RunContext } from './run-context.ts';

/** Until then, or until anything happens that may change what is next. */
export async function waitFor(
  { wave, why, until }: Extract<Decision, { readonly kind: 'wait' }>,
  run: RunContext,
): Promise<void> {
  const { control, observer, waitUntil } = run;
  const message = `${describeWait(wave, why)} until ${renderSecond(until)}`;
  if (waitUntil !== null && until > waitUntil) {
    control.stop({ why: 'waiting', waitsFor: why, until, message, isRecorded: true });
    return;
  }
  if (why === 'window') {
    await notify((state) => nextOnWait(state, why), { reason: why, message, until }, run);
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
  const message = `wave ${wave.wave.name} waits for approval`;
  if (waitUntil === null || clock.now() >= waitUntil) {
    control.stop({ why: 'waiting', waitsFor: 'approval', until: null, message, isRecorded: true });
    return;
  }
  const occasion = { reason: 'approval', message, until: null } as const;
  await notify((state) => nextOnWait(state, 'approval'), occasion, run);
  observer.notice({ kind: 'waiting', wave: wave.wave.name, why: 'approval', until: waitUntil });
  await control.sleepUntil(waitUntil);
}

/** Of many deployments, so many calls are under way at once. */
const ASKED_AT_ONCE = 4;

/** Asks what has become of devices that had ended; a check that was interrupted is made again by the next run. */
export async function lookAgain(
  { wave, at, then }: Extract<Decision, { readonly kind: 'look-again' }>,
  run: RunContext,
): Promise<void> {
  const { control, recorder } = run;
  const isWanted = () => isIn(recorder.state(), wave) && control.cause() === null;
  const place = pLimit(ASKED_AT_ONCE);
  const answers = await Promise.all(at.map(({ key }) => place(() => checkDeployment(key, isWanted, run))));
  if (then === null || !answers.every(Boolean)) return;
  await recorder.recordWhat((state) => (isIn(state, wave) ? then : null));
}

/** Whether the wave is as it was. */
function isIn({ phase, waves }: RolloutState, wave: WaveState): boolean {
  return phase.kind === 'running' && waves[wave.index]?.phase === wave.phase;
}

function describeWait({ wave }: WaveState, why: TimedWait): string {
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
