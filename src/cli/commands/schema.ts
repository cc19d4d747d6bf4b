/** `breakwater schema`: the published schemas, as they stand in `schemas/`. */
import { nearest } from '../../base/text.ts';
import { EXIT } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { Io } from '../io.ts';

const SCHEMAS = {
  plan: () => import('../../../schemas/rollout-plan.schema.json', { with: { type: 'json' } }),
  settings: () => import('../../../schemas/settings.schema.json', { with: { type: 'json' } }),
  scenario: () => import('../../../schemas/scenario.schema.json', { with: { type: 'json' } }),
  preview: () => import('../../../schemas/preview.schema.json', { with: { type: 'json' } }),
  rehearsal: () => import('../../../schemas/rehearsal.schema.json', { with: { type: 'json' } }),
  status: () => import('../../../schemas/status.schema.json', { with: { type: 'json' } }),
  report: () => import('../../../schemas/report.schema.json', { with: { type: 'json' } }),
  event: () => import('../../../schemas/run-event.schema.json', { with: { type: 'json' } }),
  journal: () => import('../../../schemas/journal.schema.json', { with: { type: 'json' } }),
} as const;

export async function runSchema({ name }: { readonly name: string }, io: Io): Promise<ExitCode> {
  const names = Object.keys(SCHEMAS);
  if (!isSchemaName(name)) {
    const hint = nearest(name, names);
    io.stderr.write(
      `breakwater: there is no schema "${name}"; ${hint === null ? `there are ${names.join(', ')}` : `did you mean ${hint}?`}\n`,
    );
    return EXIT.wrong;
  }
  const { default: schema } = await SCHEMAS[name]();
  io.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
  return EXIT.done;
}

function isSchemaName(name: string): name is keyof typeof SCHEMAS {
  return Object.hasOwn(SCHEMAS, name);
}
