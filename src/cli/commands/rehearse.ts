/** `breakwater rehearse`: runs a plan with the real engine on simulated devices, in virtual time. */
import { digestPlan } from '../../plan/digest.ts';
import { rehearse } from '../../rehearsal/rehearse.ts';
import { renderRehearsalJson } from '../../rehearsal/render-json.ts';
import { renderRehearsal } from '../../rehearsal/render-text.ts';
import { openStory } from '../../rehearsal/rehearsal.ts';
import { count, renderNumber } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { computeOdds } from '../../rollout/odds.ts';
import type { Breakage } from '../../rollout/odds.ts';
import { SCENARIO_DEFAULTS } from '../../backend/simulator/scenario.ts';
import { canRepaint, columnsOf, fail, isColourful, print } from '../io.ts';
import type { Io } from '../io.ts';
import { loadPlanOrReport } from '../read-plan.ts';
import { loadScenarioOrReport } from '../read-scenario.ts';
import { loadSettingsOrReport } from '../read-settings.ts';

export type RehearseFlags = {
  readonly path: string;
  readonly scenario: string | null;
  readonly breakage: Breakage | null;
  readonly trials: number;
  readonly seed: number | null;
  readonly format: 'text' | 'json';
  readonly allowOutside: boolean;
  readonly color: boolean;
};

/** Interval of the progress line. */
const TOLD_EVERY_MS = 500;

export async function runRehearse(flags: RehearseFlags, io: Io): Promise<ExitCode> {
  const { path, breakage, format, allowOutside, color, trials: wanted } = flags;
  const plan = await loadPlanOrReport(
    { path, state: null, isNeeded: false, isStoreOpened: false, allowOutside },
    io,
    color,
  );
  const settings = await loadSettingsOrReport(
    {
      planPath: path,
      allowOutside,
      state: null,
      progress: null,
      uses: { record: false, api: false },
    },
    io,
    color,
  );
  // With --break and no scenario, only the artifact breaks devices.
  const isHealthy = flags.scenario === null && breakage !== null;
  const scenario = isHealthy ? SCENARIO_DEFAULTS : loadScenarioOrReport(flags.scenario, io, color);
  if (typeof plan === 'number') return plan;
  if (settings === null || scenario === null) return EXIT.refused;
  const devices = countDevices(plan);
  if (breakage?.kind === 'count' && breakage.devices > devices)
    return fail(
      io,
      EXIT.refused,
      `--break ${breakage.devices}: the plan has only ${count(devices, 'device')}`,
    );
  // The API has a clock of whole seconds. A fraction would change the trials of the same seed.
  const startAt = Math.floor(io.clock.now() / SECOND_MS) * SECOND_MS;
  const story = openStory(startAt);
  const seed = flags.seed ?? scenario.seed;
  const { polling, apiOutageMs } = settings;
  const trials = await rehearse({
    plan,
    scenario,
    startAt,
    polling,
    apiOutageMs,
    breakage,
    seed,
    trials: wanted,
    observer: story.observer,
    onTrial: printTrials(wanted, io),
  });
  const rehearsal = {
    plan,
    digest: digestPlan(plan),
    seed,
    breakage,
    trials,
    story: story.lines,
    expected: isHealthy ? computeOdds(plan, breakage) : null,
  };
  print(
    io.stdout,
    format === 'json'
      ? renderRehearsalJson(rehearsal)
      : renderRehearsal(rehearsal, {
          colour: isColourful(io, io.stdout, color),
          columns: columnsOf(io.stdout),
          isWhole: !io.stdout.isTTY,
        }),
  );
  return EXIT.completed;
}

const SECOND_MS = 1000;

/** On a terminal, one line that is painted over, and gone at the end. */
function printTrials(wanted: number, io: Io): (done: number) => void {
  const { stderr, clock } = io;
  if (!canRepaint(io, stderr) || wanted === 1) return () => undefined;
  let toldAt = clock.now();
  return (done) => {
    if (done === wanted) stderr.write('\r\u001b[K');
    if (done === wanted || clock.now() < toldAt + TOLD_EVERY_MS) return;
    toldAt = clock.now();
    stderr.write(`\r${renderNumber(done)} of ${renderNumber(wanted)} trials`);
  };
}
