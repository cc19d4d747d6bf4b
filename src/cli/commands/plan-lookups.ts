/** Lookups of `plan`: devices at the API (`--online`), and other rollouts on record (`--records`). */
import { loadOverlapping, loadOpenDeployments } from '../../run/session/overlap.ts';
import { openStore } from '../../host/open-store.ts';
import type { Outcome } from '../../store/journal.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import type { OnRecord } from '../../views/wording/describe-others.ts';
import type { Settings } from '../../settings/settings.ts';
import type { Io } from '../io.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { describePartial, checkConnections } from '../../rollout/preflight.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import { openApi } from '../open-api.ts';

/** Finds other rollouts on record that affect devices of the plan. */
export async function lookAtRecords(
  plan: RolloutPlan,
  settings: Settings,
  io: Io,
): Promise<Outcome<OnRecord>> {
  const opened = await openStore(settings.state, io.clock);
  if (opened.kind === 'problem') return opened;
  const store = opened.value;
  try {
    const overlapping = await loadOverlapping(plan, store);
    if (overlapping.kind === 'problem') return overlapping;
    const open = await loadOpenDeployments({ plan, store, again: false, begun: null });
    if (open.kind === 'problem') return open;
    return { kind: 'done', value: { open: open.value, unfinished: overlapping.value } };
  } finally {
    await store.close();
  }
}

export type Asked =
  | { readonly kind: 'asked'; readonly preflight: Preflight }
  | { readonly kind: 'failed'; readonly message: string; readonly exit: ExitCode };

/** Checks the credentials, and which devices are known and online, with one read-only call. */
export async function askOnline(plan: RolloutPlan, settings: Settings, io: Io): Promise<Asked> {
  const opened = await openApi({ settings, region: plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return opened;
  try {
    const outcome = await opened.api.readConnections();
    if (outcome.kind === 'failed')
      return { kind: 'failed', message: outcome.failure.message, exit: EXIT.environment };
    const { value: listed, partial } = outcome;
    // A partial list does not answer which devices are known and online.
    if (partial !== undefined)
      return { kind: 'failed', message: describePartial(partial), exit: EXIT.environment };
    const devices = plan.waves.flatMap((wave) => wave.devices);
    return { kind: 'asked', preflight: checkConnections(devices, { listed }, plan) };
  } finally {
    await opened.api.close();
  }
}
