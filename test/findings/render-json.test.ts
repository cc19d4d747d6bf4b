import { expect, test } from 'vitest';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { renderDiagnosticsJson } from '../../src/findings/render-json.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';

const source = { path: 'a.yaml', text: 'a: 1\r\n頻道: 2\n' };
const sources = new Map([[source.path, source]]);

test('findings are one document of a stable shape', () => {
  const diagnostics: readonly Diagnostic[] = [
    makeError({
      code: 'duplicate-wave',
      place: { path: 'a.yaml', range: { start: 6, end: 8 } },
      facts: { wave: 'x' },
      related: [{ path: 'a.yaml', range: { start: 0, end: 1 }, label: 'the name is first used here' }],
    }),
    makeWarning({ code: 'yaml-empty', place: { path: 'b.yaml', range: null }, facts: { kind: 'plan' } }),
  ];
  expect(JSON.parse(renderDiagnosticsJson(diagnostics, sources))).toEqual({
    format: 'breakwater/diagnostics',
    version: 1,
    diagnostics: [
      {
        path: 'a.yaml',
        line: 2,
        column: 1,
        endLine: 2,
        endColumn: 3,
        code: 'duplicate-wave',
        severity: 'error',
        message: 'two waves have the name `x`',
        help: 'give each wave its own name',
        related: [
          {
            path: 'a.yaml',
            line: 1,
            column: 1,
            endLine: 1,
            endColumn: 2,
            label: 'the name is first used here',
          },
        ],
      },
      {
        path: 'b.yaml',
        line: null,
        column: null,
        endLine: null,
        endColumn: null,
        code: 'yaml-empty',
        severity: 'warning',
        message: 'the plan is empty',
        help: null,
        related: [],
      },
    ],
  });
});

test('it ends with a line end and is empty of findings where there are none', () => {
  expect(renderDiagnosticsJson([], sources)).toBe(
    '{\n  "format": "breakwater/diagnostics",\n  "version": 1,\n  "diagnostics": []\n}\n',
  );
});
