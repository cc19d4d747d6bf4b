/** Whatever stands in a plan, in its device files and in their names, findings about it hold that as text. */
import fc from '../kit/fast-check.ts';
import { expect, test } from 'vitest';
import { guardLog } from '../../src/base/text.ts';
import { renderDiagnosticsGithub } from '../../src/findings/render-github.ts';
import { renderDiagnosticsGitlab } from '../../src/findings/render-gitlab.ts';
import { renderDiagnosticsJson } from '../../src/findings/render-json.ts';
import { renderDiagnosticsSarif } from '../../src/findings/render-sarif.ts';
import { renderDiagnostics } from '../../src/findings/render-text.ts';
import { loadPlan } from '../../src/plan/load-plan.ts';
import { createMemoryReader, UUID } from '../plan/files.ts';
import { hostileText } from './poison.ts';
import { LOG_COMMAND, OBEYED } from './obeyed.ts';

/** Plans in which `text` stands as it is, and as YAML would have it quoted, where a finding repeats it. */
const PLANS: readonly ((text: string) => string)[] = [
  (text) => text,
  (text) => `version: 1 # ${text}\nname: ${text}\nregion: us\n`,
  (text) => `version: 1\n${text}: 1\n`,
  (text) => `version: 1\n${JSON.stringify(text)}: 1\nregion: ${JSON.stringify(text)}\n`,
  (text) => planWith(`waves:\n  - { name: ${JSON.stringify(text)}, devices: [${JSON.stringify(text)}] }\n`),
  (text) => planWith(`waves:\n  - { name: a, devices: { file: ${JSON.stringify(`${text}.csv`)} } }\n`),
  (text) => planWith(`waves:\n  - { name: a, devices: { file: ${JSON.stringify(text)} } }\n`),
  (text) => planWith(`waves:\n  - { name: a, devices: { file: list.txt } } # ${text}\n`),
  (text) =>
    planWith(
      `arguments: { a: ${JSON.stringify(text)} }\nwaves:\n  - { name: a, devices: { file: list.csv, serialColumn: ${JSON.stringify(text)} } }\n`,
    ),
  (text) =>
    planWith(
      `fleet: { file: list.csv }\nwaves:\n  - { name: a, take: 1, where: { ${JSON.stringify(text)}: ${JSON.stringify(text)} } }\n`,
    ),
];

function planWith(rest: string): string {
  return `version: 1\nname: a\nregion: us\nartifact: { uuid: ${UUID} }\n${rest}`;
}

test('what is told of a plan is nothing to a terminal and to a log', () => {
  let findings = 0;
  fc.assert(
    fc.property(fc.constantFrom(...PLANS), hostileText, hostileText, (planOf, text, name) => {
      const path = `${name}plan.yaml`;
      const reader = createMemoryReader({
        [path]: planOf(text),
        'list.txt': text,
        'list.csv': `serial,${text}\n${text},a\n`,
      });
      const { diagnostics, sources } = loadPlan(path, (asked, bytesMax) =>
        reader(
          asked.endsWith('/list.txt') || asked.endsWith('/list.csv') ? asked.slice(-8) : asked,
          bytesMax,
        ),
      );
      findings += diagnostics.length;
      const text1 = renderDiagnostics(diagnostics, sources, { colour: false });
      expect(text1).not.toMatch(OBEYED);
      expect(guardLog(text1)).not.toMatch(LOG_COMMAND);
      const json = renderDiagnosticsJson(diagnostics, sources);
      const sarif = renderDiagnosticsSarif(diagnostics, sources, {
        version: '1',
        homepage: 'https://example.com/',
        pathOf: (file) => file,
        explain: (code) => ({ short: code, full: code, help: code }),
        problems: [text],
      });
      const gitlab = renderDiagnosticsGitlab(diagnostics, sources, (file) => file);
      for (const document of [json, sarif, gitlab]) {
        expect(document).not.toMatch(OBEYED);
        expect(document).not.toMatch(LOG_COMMAND);
        expect(JSON.parse(document)).toBeTypeOf('object');
      }
      const github = renderDiagnosticsGithub(diagnostics, sources, (file) => file);
      expect(github).not.toMatch(OBEYED);
      const lines = github.split('\n').slice(0, -1);
      expect(lines).toHaveLength(diagnostics.length);
      expect(
        lines.filter(
          (line) =>
            !/^::(error|warning) (file=[^:,]*,(line=\d+,|endLine=\d+,|col=\d+,|endColumn=\d+,)*)?title=[a-z0-9-]+::/.test(
              line,
            ),
        ),
      ).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
  expect(findings).toBeGreaterThan(1_000);
});
