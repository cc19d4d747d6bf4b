/** `plan --online`: whether the credentials work, and which of the plan's devices can be reached. One call that reads. */
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import { describePartial, checkConnections } from '../../../rollout/preflight.ts';
import type { Preflight } from '../../../rollout/preflight.ts';
import type { Settings } from '../../../settings/settings.ts';
import type { Io } from '../../io.ts';
import { openApi } from '../../open-api.ts';

export type Asked =
  | { readonly kind: 'asked'; readonly preflight: Preflight }
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

export async function askOnline(plan: RolloutPlan, settings: Settings, io: Io): Promise<Asked> {
  const opened = await openApi({ settings, region: plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return opened;
  try {
    const outcome = await opened.api.readConnections();
    if (outcome.kind === 'failed')
      return { kind: 'failed', message: outcome.failure.message, exit: EXIT.environment };
    const { value: listed, partial } = outcome;
    // Who is known and who is online is what was asked: a part of the list does not tell.
    if (partial !== undefined)
      return { kind: 'failed', message: describePartial(partial), exit: EXIT.environment };
    const devices = plan.waves.flatMap((wave) => wave.devices);
    return { kind: 'asked', preflight: checkConnections(devices, { listed }, plan) };
  } finally {
    await opened.api.close();
  }
}
