/** What an editor makes of a plan that `breakwater init` has written. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ROOT } from '../kit/command.ts';
import { openLanguageServer } from '../kit/language-server.ts';
import type { LanguageServer } from '../kit/language-server.ts';

const MODELINE = '# yaml-language-server: $schema=../schemas/rollout-plan.schema.json\n';

let server: LanguageServer;

beforeAll(async () => {
  server = await openLanguageServer();
});

afterAll(() => {
  server.close();
});

describe.each(['groups', 'serials'])('in a first plan of %s', (name) => {
  const text = readFileSync(join(ROOT, `test/plan/golden/first-plan-${name}.yaml.txt`), 'utf8');
  const wrong = text.replace('maxFailures: 0', 'maxFailures: some');

  test('nothing is found, and what is wrong would be', async () => {
    expect((await server.open(`examples/first-${name}.yaml`, MODELINE + text)).findings).toEqual([]);
    const { findings } = await server.open(`examples/wrong-first-${name}.yaml`, MODELINE + wrong);
    expect(findings).not.toEqual([]);
  });

  test('what a comment says of the schema is not taken for the line that names one', async () => {
    expect(text).toContain('#   # yaml-language-server: $schema=');
    for (const [path, each] of Object.entries({ bare: text, 'bare-wrong': wrong }))
      expect((await server.open(`examples/${path}-${name}.yaml`, each)).findings).toEqual([]);
  });
});
