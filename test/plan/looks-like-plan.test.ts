import { expect, test } from 'vitest';
import { looksLikePlan } from '../../src/plan/looks-like-plan.ts';
import { ONE_WAVE } from '../kit/projects.ts';

test.each([
  ['a plan', ONE_WAVE],
  ['one with a byte order mark and CRLF', `\ufeff${ONE_WAVE.replaceAll('\n', '\r\n')}`],
  ['one in UTF-16, read as UTF-8', ONE_WAVE.replace(/(?<=.)/gs, '\0')],
  ['one that is indented, after a comment', `# ours\n---\n${ONE_WAVE.replace(/^(?=.)/gm, '  ')}`],
  ['one with a fault of YAML', `${ONE_WAVE}waves: [\n\t`],
  ['one with misspelt keys', ONE_WAVE.replace('region', 'regoin').replace('waves', 'wavs')],
  ['one in braces', '{ "version": 1, "name": "a", "waves": [] }'],
  ['one that is only begun', 'version: 1\nname: a\nartifact: {}\n'],
  ['one that has hardly begun', 'version: 1\n'],
  ['one that names the schema', '# yaml-language-server: $schema=./schemas/rollout-plan.schema.json\n'],
])('%s is meant to be one', (_, text) => {
  expect(looksLikePlan(text)).toBe(true);
});

test.each([
  ['an empty file', ''],
  ['a workflow', 'name: check\non: push\njobs:\n  a:\n    artifact: x\n    region: us\n'],
  ['Kubernetes', 'apiVersion: v1\nkind: Service\nmetadata: { name: a }\nspec: {}\n'],
  ['Docker Compose', 'version: "3"\nname: a\nservices: { web: {} }\n'],
  ['a settings file', 'region: us\npolling: { minInterval: 5s }\n'],
  ['one with a key of its own beside a version', 'version: 1\nx-key: 2\n'],
  ['a list', '- version: 1\n- name: a\n'],
  ['a scenario', 'description: a bad day\nseed: 1\noutcomes: { success: 100% }\n'],
])('%s is not', (_, text) => {
  expect(looksLikePlan(text)).toBe(false);
});
