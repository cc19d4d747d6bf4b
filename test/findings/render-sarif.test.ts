import schema from '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json' with { type: 'json' };
import { Ajv } from 'ajv';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import type { SourceFile } from '../../src/findings/source-place.ts';
import { makeError, makeWarning } from '../../src/findings/findings.ts';
import { renderDiagnosticsSarif } from '../../src/findings/render-sarif.ts';
import type { RuleText } from '../../src/findings/render-sarif.ts';
import { expectValid } from '../kit/schemas.ts';
import { listFixtures, loadFixture } from './fixtures.ts';
import type { Diagnostic } from '../../src/findings/catalogue.ts';

/** OASIS' own. Its draft calls the schema's id `id`, and says nothing that a later draft would read in another way. */
const body = Object.fromEntries(Object.entries(schema).filter(([key]) => !['id', '$schema'].includes(key)));
const validate = new Ajv({
  strict: false,
  allErrors: true,
  unicodeRegExp: false,
  formats: {
    uri: (text) => URL.canParse(text),
    'uri-reference': (text) => URL.canParse(text, 'https://example.com/') && !/[\s<>"{}|\\^`]/.test(text),
    'date-time': (text) => !Number.isNaN(Date.parse(text)),
  },
}).compile(body);

const source = { path: 'a.yaml', text: 'a: 1\r\n頻道: 2\n' };
const sources = new Map([[source.path, source]]);

type Sarif = {
  readonly runs: readonly [
    {
      readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
      readonly results: readonly {
        readonly ruleId: string;
        readonly ruleIndex: number;
        readonly message: { readonly text: string };
        readonly relatedLocations?: readonly { readonly message: { readonly text: string } }[];
        readonly partialFingerprints: Readonly<Record<string, string>>;
      }[];
      readonly invocations: readonly unknown[];
    },
  ];
};

type Options = {
  readonly files?: ReadonlyMap<string, SourceFile>;
  readonly pathOf?: (path: string) => string | null;
  readonly problems?: readonly string[];
};

function render(
  diagnostics: readonly Diagnostic[],
  { files = sources, pathOf = (path) => `plans/${path}`, problems = [] }: Options = {},
): Sarif {
  const run = { version: '1.2.3', homepage: 'https://example.com/breakwater', pathOf, explain, problems };
  const text = renderDiagnosticsSarif(diagnostics, files, run);
  const document = JSON.parse(text) as Sarif;
  expectValid(validate, [document]);
  return document;
}

function explain(code: string): RuleText {
  return { short: `what ${code} is`, full: 'why it matters', help: 'what to do' };
}

const FINDING = makeError({
  code: 'duplicate-wave',
  place: { path: 'a.yaml', range: { start: 6, end: 8 } },
  facts: { wave: 'x' },
  related: [{ path: 'a.yaml', range: { start: 0, end: 1 }, label: 'the name is first used here' }],
});

test('the schema refuses what is no SARIF', () => {
  expect(validate({ version: '2.1.0', runs: [{ tool: {} }] })).toBe(false);
  expect(validate({ version: '2.0.0', runs: [] })).toBe(false);
});

test('findings are the results of one run, with their places, related places and rules', () => {
  const whole = makeWarning({
    code: 'yaml-empty',
    place: { path: 'b c.yaml', range: null },
    facts: { kind: 'plan' },
  });
  expect(render([FINDING, whole])).toMatchObject({
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Breakwater',
            version: '1.2.3',
            informationUri: 'https://example.com/breakwater',
            rules: [
              {
                id: 'duplicate-wave',
                shortDescription: { text: 'What duplicate-wave is.' },
                fullDescription: { text: 'Why it matters.' },
                help: { text: 'What to do.' },
              },
              { id: 'yaml-empty' },
            ],
          },
        },
        columnKind: 'utf16CodeUnits',
        results: [
          {
            ruleId: 'duplicate-wave',
            ruleIndex: 0,
            level: 'error',
            message: { text: 'Two waves have the name `x`. Give each wave its own name.' },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'plans/a.yaml', uriBaseId: '%SRCROOT%' },
                  region: { startLine: 2, startColumn: 1, endLine: 2, endColumn: 3 },
                },
              },
            ],
            relatedLocations: [
              {
                id: 0,
                physicalLocation: { region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 } },
                message: { text: 'The name is first used here.' },
              },
            ],
          },
          {
            ruleId: 'yaml-empty',
            ruleIndex: 1,
            level: 'warning',
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: 'plans/b%20c.yaml' },
                  region: { startLine: 1, startColumn: 1, endLine: 1, endColumn: 1 },
                },
              },
            ],
          },
        ],
      },
    ],
  });
});

test('a file outside of the repository has a path of its own', () => {
  const at = (path: string): unknown => {
    const finding = makeWarning({
      code: 'yaml-empty',
      place: { path, range: null },
      facts: { kind: 'plan' },
    });
    return render([finding], { pathOf: () => null }).runs[0].results[0];
  };
  const located = (uri: string): object => ({
    locations: [{ physicalLocation: { artifactLocation: { uri } } }],
  });
  expect(at('/etc/plan.yaml')).toMatchObject(located('file:///etc/plan.yaml'));
  expect(at('../plan.yaml')).toMatchObject(located('../plan.yaml'));
});

test('what could not be looked at is told, and that the run was no success', () => {
  expect(render([], { problems: ['the record cannot be read'] }).runs[0]).toMatchObject({
    results: [],
    invocations: [
      {
        executionSuccessful: false,
        toolExecutionNotifications: [{ level: 'error', message: { text: 'The record cannot be read.' } }],
      },
    ],
  });
});

describe('a fingerprint', () => {
  const prints = (diagnostics: readonly Diagnostic[]): readonly unknown[] =>
    render(diagnostics).runs[0].results.map(({ partialFingerprints }) => partialFingerprints['finding/v1']);
  const at = (start: number, wave = 'x'): Diagnostic =>
    makeError({
      code: 'duplicate-wave',
      place: { path: 'a.yaml', range: { start, end: 8 } },
      facts: { wave },
    });

  test('stays as it is when the finding moves within its file', () => {
    expect(prints([at(0)])).toEqual(prints([at(6)]));
  });

  test('tells findings apart, those that say the same included', () => {
    expect(new Set(prints([at(0), at(6), at(0, 'y'), at(6, 'y')])).size).toBe(4);
  });
});

test('whatever a plan and its paths hold, it is SARIF, and text makes no link and no placeholder', () => {
  const pieces = fc.constantFrom(
    '[',
    '](',
    ')',
    '{',
    '0',
    '}',
    '{0}',
    'http://x',
    '\n',
    '\u001b[31m',
    '%',
    '\\',
    '\ud800',
    ' ',
  );
  const hostile = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.array(pieces).map((parts) => parts.join('')),
  );
  fc.assert(
    fc.property(hostile, hostile, hostile, (wave, path, label) => {
      const place = { path, range: null };
      const related = [{ ...place, label }];
      const document = render([makeError({ code: 'duplicate-wave', place, facts: { wave }, related })]);
      const [result] = document.runs[0].results;
      for (const { text } of [
        result?.message,
        ...(result?.relatedLocations ?? []).map(({ message }) => message),
      ].filter((message) => message !== undefined))
        expect(text).not.toMatch(/\]\(|\{\d+\}|[\u0000-\u001f]/);
    }),
  );
});

test('every finding that the catalogue has is SARIF', async () => {
  for (const fixture of listFixtures('diagnostics').filter(({ name }) => !name.includes('too-many'))) {
    const { diagnostics, sources: files } = await loadFixture(fixture);
    const { results, tool } = render(diagnostics, { files }).runs[0];
    expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
      diagnostics.map(({ code }) => code),
    );
  }
});
