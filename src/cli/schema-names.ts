/** Names of the published schemas on the command line. */
export const SCHEMAS = [
  'plan',
  'settings',
  'scenario',
  'preview',
  'diff',
  'rehearsal',
  'status',
  'report',
  'event',
  'journal',
  'artifacts',
  'upload',
  'artifact-check',
  'settings-report',
  'explanations',
] as const;

export type SchemaName = (typeof SCHEMAS)[number];
