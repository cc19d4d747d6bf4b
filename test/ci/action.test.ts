/** What `action.yml` says of itself. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { OUTCOME_NAMES } from '../../src/views/tables/outcomes.ts';
import { ROOT } from '../kit/command.ts';

test('every word that a step may end with is described', () => {
  const { outputs } = parse(readFileSync(join(ROOT, 'action.yml'), 'utf8')) as {
    readonly outputs: Readonly<Record<'result', { readonly description: string }>>;
  };
  const [list = ''] = /`completed`.*?\./.exec(outputs.result.description) ?? [];
  expect([...list.matchAll(/`(.*?)`/g)].map(([, word]) => word)).toEqual(OUTCOME_NAMES);
});
