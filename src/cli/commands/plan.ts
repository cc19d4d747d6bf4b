/** `breakwater plan`: shows what a run would do. It cannot deploy. */
import { writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { printable, quoteForShell } from '../../base/text.ts';
import { digestPlan } from '../../plan/digest.ts';
import type { RolloutPlan } from '../../plan/rollout-plan.ts';
import { renderSavedPlan } from '../../plan/saved-plan.ts';
import type { Outcome } from '../../store/journal.ts';
import type { OnRecord } from '../../views/wording/describe-others.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { renderPreviewJson } from '../../views/preview/preview-json.ts';
import { renderPreviewMarkdown } from '../../views/preview/preview-markdown.ts';
import { renderPreview } from '../../views/preview/preview-text.ts';
import type { Preflight } from '../../rollout/preflight.ts';
import { previewRollout } from '../../rollout/preview.ts';
import type { Settings } from '../../settings/settings.ts';
import { fail, print } from '../io.ts';
import type { Io } from '../io.ts';
import type { Asked } from './plan-lookups.ts';
import { loadOrReport } from '../read-plan.ts';
import type { ReadPlan } from '../../host/read-plan.ts';
import { locateStateOrReport, loadSettingsOrReport } from '../read-settings.ts';
import { nameState } from '../../settings/state-location.ts';
import { renderSentence } from '../../findings/catalogue.ts';
import { createLocator } from '../../findings/source-place.ts';
import type { PlanWarning } from '../../views/preview/preview-markdown.ts';

export type PlanFlags = {
  readonly path: string;
  readonly out: string | null;
  readonly format: 'text' | 'json' | 'markdown';
  /** Whether the text lists every serial. */
  readonly devices: boolean;
  /** Whether the API is asked about the devices. */
  readonly online: boolean;
  /** Whether other records are read. The result is shown, never saved. */
  readonly records: boolean;
  /** Place of the records; `null` if the settings name it. */
  readonly state: string | null;
  readonly allowOutside: boolean;
  readonly color: boolean;
};

export async function runPlan(flags: PlanFlags, io: Io): Promise<ExitCode> {
  const { path, out, online, records, state, allowOutside, color } = flags;
  const wanted = { path, state: null, isNeeded: true, isStoreOpened: false, allowOutside };
  const { outcome: plan, read } = await loadOrReport(wanted, io, color);
  const found = await loadSettingsOrReport(
    {
      planPath: path,
      allowOutside,
      state,
      progress: null,
      saved: read.state,
      // A saved plan contains the place of its record.
      uses: { record: out !== null || records || read.needsRecord, api: online },
    },
    io,
    color,
  );
  if (typeof plan === 'number') return plan;
  if (found === null) return EXIT.refused;
  const folders = [io.cwd, dirname(resolve(io.cwd, path))];
  // Only a saved plan names the place of its record.
  const located = locateStateOrReport(found, { name: out === null ? null : plan.name, folders }, io);
  if (typeof located === 'number') return located;
  const settings = { ...found, state: located };
  const asked = online ? await ask(plan, settings, io) : null;
  if (asked?.kind === 'failed') return fail(io, asked.exit, asked.message);
  const looked = records ? await look(plan, settings, io) : null;
  if (looked?.kind === 'problem') return fail(io, EXIT.environment, looked.message);
  print(
    io.stdout,
    render(plan, {
      ...flags,
      settings,
      read,
      preflight: asked?.preflight ?? null,
      records: looked?.value ?? null,
    }),
  );
  return out === null ? EXIT.completed : save(plan, { out, settings }, io);
}

type Rendering = Pick<PlanFlags, 'format' | 'devices'> & {
  readonly settings: Settings;
  readonly read: ReadPlan;
  readonly preflight: Preflight | null;
  readonly records: OnRecord | null;
};

function render(
  plan: RolloutPlan,
  { format, devices, settings, read, preflight, records }: Rendering,
): string {
  const preview = previewRollout(plan, settings.polling);
  const digest = digestPlan(plan);
  switch (format) {
    case 'text':
      return renderPreview(preview, { digest, withDevices: devices, preflight, records });
    case 'json':
      return renderPreviewJson(preview, { digest, preflight, records });
    case 'markdown':
      return renderPreviewMarkdown(preview, { digest, preflight, records, warnings: listWarnings(read) });
  }
}

async function ask(plan: RolloutPlan, settings: Settings, io: Io): Promise<Asked> {
  const { askOnline } = await import('./plan-lookups.ts');
  return askOnline(plan, settings, io);
}

/** Only reads: it creates and locks no record. */
async function look(plan: RolloutPlan, settings: Settings, io: Io): Promise<Outcome<OnRecord>> {
  const { lookAtRecords } = await import('./plan-lookups.ts');
  return lookAtRecords(plan, settings, io);
}

type Saving = { readonly out: string; readonly settings: Settings };

function save(plan: RolloutPlan, { out, settings: { state, stateFrom } }: Saving, io: Io): ExitCode {
  const carried = { place: nameState(state), isDefault: stateFrom.kind === 'default' };
  try {
    writeFileSync(resolve(io.cwd, out), renderSavedPlan(plan, carried));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return fail(io, EXIT.environment, `the plan cannot be saved: ${why}`);
  }
  print(io.stderr, `Saved to ${printable(out)}. To run exactly this: breakwater run ${quoteForShell(out)}\n`);
  return EXIT.completed;
}

/** The warnings of a valid plan as text, to show beside the preview. */
function listWarnings({
  diagnostics,
  sources,
}: Pick<ReadPlan, 'diagnostics' | 'sources'>): readonly PlanWarning[] {
  const spanOf = createLocator(sources);
  return diagnostics.map((diagnostic) => {
    const { code, place } = diagnostic;
    const span = spanOf(place);
    const at = span === null ? '' : `:${span.line}:${span.column}`;
    return { code, place: `${place.path}${at}`, ...renderSentence(diagnostic) };
  });
}
