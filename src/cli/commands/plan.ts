/** `breakwater plan`: what a run would do. Has no way to post. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { digestPlan } from '../../plan/digest.ts';
import { renderSavedPlan } from '../../plan/saved-plan.ts';
import { renderPreviewJson } from '../../report/preview-json.ts';
import { renderPreview } from '../../report/preview-text.ts';
import { previewRollout } from '../../rollout/preview.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';
import { readPlanAloud } from '../read-plan.ts';
import { readSettingsAloud } from '../read-settings.ts';

export type PlanFlags = {
  readonly path: string;
  readonly out: string | null;
  readonly format: 'text' | 'json';
  /** Whether the text lists every serial. */
  readonly devices: boolean;
  readonly color: boolean;
};

export async function runPlan({ path, out, format, color, devices }: PlanFlags, io: Io): Promise<ExitCode> {
  const plan = readPlanAloud(path, io, color);
  const settings = await readSettingsAloud({ planPath: path, state: null, progress: null }, io, color);
  if (plan === null || settings === null) return EXIT.wrong;
  const digest = digestPlan(plan);
  const preview = previewRollout(plan, settings.polling);
  io.stdout.write(
    format === 'json'
      ? renderPreviewJson(preview, digest)
      : renderPreview(preview, { digest, withDevices: devices }),
  );
  if (out === null) return EXIT.done;
  try {
    writeFileSync(resolve(io.cwd, out), renderSavedPlan(plan));
  } catch (error) {
    io.stderr.write(
      `breakwater: the plan cannot be saved: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return EXIT.environment;
  }
  io.stderr.write(`Saved to ${out}. To run exactly this: breakwater run ${out}\n`);
  return EXIT.done;
}
