/** Asks before anything real is deployed. */
import { count, printable } from '../../../base/text.ts';
import { countDevices } from '../../../plan/rollout-plan.ts';
import type { PlanDigest } from '../../../plan/identifiers.ts';
import type { RolloutPlan } from '../../../plan/rollout-plan.ts';
import { EXIT } from '../../../views/tables/outcomes.ts';
import type { ExitCode } from '../../../views/tables/outcomes.ts';
import type { StartMode } from '../../../rollout/entry.ts';
import { print } from '../../io.ts';
import type { Io } from '../../io.ts';
import { askFor, whyNotAsk } from '../../ask.ts';
import type { RunFlags } from './run-flags.ts';

export type Confirmation = {
  readonly plan: RolloutPlan;
  readonly digest: PlanDigest;
  readonly entry: StartMode;
  readonly flags: RunFlags;
  /** `null` for a plan that was made from a record. */
  readonly planPath: string | null;
  /** Scheme and host of the API. */
  readonly origin: string;
  /** How long an answer may take, in milliseconds; `null` where nothing is said. */
  readonly waitMs: number | null;
};

/** Resolves to `null` to go on, or to the exit code for not going on; says why not. */
export async function confirmRun(
  { plan, digest, entry, flags, planPath, origin, waitMs }: Confirmation,
  io: Io,
): Promise<ExitCode | null> {
  if (flags.yes || flags.simulate !== null) return null;
  const why = whyNotAsk(io, false);
  if (why !== null) {
    const look = planPath === null ? '`breakwater status`' : '`breakwater plan`';
    io.stderr.write(`breakwater: ${why}; nothing was started. Look at ${look}, then run it with --yes.\n`);
    return EXIT.refused;
  }
  const what = describeIntent(plan, entry);
  print(
    io.stderr,
    `${what}?\n  rollout  ${plan.name}\n${planPath === null ? '' : `  plan     ${printable(planPath)}\n`}  digest   ${digest}\n  API      ${origin}\n${renderPlanChanges(entry)}`,
  );
  const { answer, isOver } = await askFor('Only "yes" goes on: ', { waitMs }, io);
  if (answer.trim() === 'yes') return null;
  io.stderr.write(`${isOver ? 'The time of --max-wait is over. ' : ''}Nothing was started.\n`);
  return EXIT.unfinished;
}

function describeIntent(plan: RolloutPlan, entry: StartMode): string {
  const waves = count(plan.waves.length, 'wave');
  const whole = `${plan.artifact.uuid} to ${count(countDevices(plan), 'device')} in ${waves}`;
  if (entry.kind === 'start') return `Deploy ${whole}`;
  if (entry.kind === 'start-over') return `Archive the record of ${plan.name} and deploy again ${whole}`;
  const passed = entry.state.waves.filter(({ phase }) => phase === 'passed').length;
  return `Go on with ${plan.name}, ${passed} of ${waves} passed`;
}

/** What differs from the plan on record, a line each. */
function renderPlanChanges(entry: StartMode): string {
  if (entry.kind !== 'go-on' || entry.planChange?.type !== 'plan-changed') return '';
  const { changes, kept = [], resets = [] } = entry.planChange;
  return [
    ...changes.map((change) => `  changed ${printable(change)}\n`),
    ...kept.map((change) => `  kept     ${printable(change)}; it has begun, so the record holds\n`),
    ...resets.map((wave) => `  restarts wave ${printable(wave)}: the API refused all of it\n`),
  ].join('');
}
