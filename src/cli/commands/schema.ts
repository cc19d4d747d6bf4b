/** `breakwater schema`: prints the published schemas, which the build writes to `schemas/`. */
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import type { Io } from '../io.ts';
import type { SchemaName } from '../schema-names.ts';

const SCHEMAS = {
  plan: () => import('../../../schemas/rollout-plan.schema.json', { with: { type: 'json' } }),
  settings: () => import('../../../schemas/settings.schema.json', { with: { type: 'json' } }),
  scenario: () => import('../../../schemas/scenario.schema.json', { with: { type: 'json' } }),
  preview: () => import('../../../schemas/preview.schema.json', { with: { type: 'json' } }),
  diff: () => import('../../../schemas/diff.schema.json', { with: { type: 'json' } }),
  rehearsal: () => import('../../../schemas/rehearsal.schema.json', { with: { type: 'json' } }),
  status: () => import('../../../schemas/status.schema.json', { with: { type: 'json' } }),
  report: () => import('../../../schemas/report.schema.json', { with: { type: 'json' } }),
  event: () => import('../../../schemas/run-event.schema.json', { with: { type: 'json' } }),
  journal: () => import('../../../schemas/journal.schema.json', { with: { type: 'json' } }),
  artifacts: () => import('../../../schemas/artifacts.schema.json', { with: { type: 'json' } }),
  upload: () => import('../../../schemas/uploaded-artifact.schema.json', { with: { type: 'json' } }),
  'artifact-check': () => import('../../../schemas/artifact-check.schema.json', { with: { type: 'json' } }),
  explanations: () => import('../../../schemas/explanations.schema.json', { with: { type: 'json' } }),
  'settings-report': () => import('../../../schemas/settings-report.schema.json', { with: { type: 'json' } }),
} as const satisfies Record<SchemaName, unknown>;

export async function runSchema({ name }: { readonly name: SchemaName }, io: Io): Promise<ExitCode> {
  const { default: schema } = await SCHEMAS[name]();
  io.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.completed;
}
