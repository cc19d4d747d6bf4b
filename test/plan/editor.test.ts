/** What an editor makes of the schema: the language server that editors use for YAML is asked what they would ask. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { present } from '../../src/base/assert.ts';
import { UUID } from './files.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const SERVER = join(ROOT, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');

/** As in a plan: nothing needs to be set up in the editor. */
const MODELINE = '# yaml-language-server: $schema=../schemas/rollout-plan.schema.json\n';

const SETTINGS = { validate: true, hover: true, completion: true, schemaStore: { enable: false, url: '' } };

type Position = { readonly line: number; readonly character: number };
type Published = {
  readonly uri: string;
  readonly diagnostics: readonly { readonly message: string; readonly range: { readonly start: Position } }[];
};
type Item = { readonly label: string; readonly documentation?: string | { readonly value: string } };

let server: ChildProcess;
let connection: MessageConnection;
const waiting = new Map<string, (published: Published) => void>();

beforeAll(async () => {
  server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  connection = createMessageConnection(
    new StreamMessageReader(present(server.stdout, 'stdout')),
    new StreamMessageWriter(present(server.stdin, 'stdin')),
  );
  const configured = new Promise<void>((resolve) => {
    connection.onRequest(
      'workspace/configuration',
      ({ items }: { items: readonly { section: string }[] }) => {
        setImmediate(resolve);
        return items.map(({ section }) => (section === 'yaml' ? SETTINGS : {}));
      },
    );
  });
  connection.onRequest('client/registerCapability', () => null);
  connection.onNotification('textDocument/publishDiagnostics', (published: Published) => {
    waiting.get(published.uri)?.(published);
  });
  connection.listen();
  await connection.sendRequest('initialize', {
    processId: process.pid,
    rootUri: pathToFileURL(ROOT).href,
    workspaceFolders: null,
    capabilities: {
      textDocument: {
        completion: { completionItem: { documentationFormat: ['markdown'], snippetSupport: true } },
        hover: { contentFormat: ['markdown'] },
      },
    },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: SETTINGS } });
  await configured;
});

afterAll(() => {
  connection.dispose();
  server.kill();
});

type Opened = { readonly uri: string; readonly published: Published; readonly text: string };

/** Opens `text` as a plan beside the examples, and waits for what the server has to say about it. */
async function open(name: string, text: string): Promise<Opened> {
  const uri = pathToFileURL(join(ROOT, 'examples', `${name}.yaml`)).href;
  const published = new Promise<Published>((resolve) => waiting.set(uri, resolve));
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'yaml', version: 1, text: MODELINE + text },
  });
  return { uri, published: await published, text: MODELINE + text };
}

/** The place of `|`-marked text is easier to see than to count: the end of the first line that ends with `end`. */
function after({ text }: Opened, end: string): Position {
  const lines = text.split('\n');
  const line = lines.findIndex((each) => each.endsWith(end));
  return { line, character: lines[line]?.length ?? 0 };
}

async function complete(opened: Opened, position: Position): Promise<readonly Item[]> {
  const params = { textDocument: { uri: opened.uri }, position };
  const { items } = await connection.sendRequest<{ items: readonly Item[] }>(
    'textDocument/completion',
    params,
  );
  return items;
}

async function hover(opened: Opened, position: Position): Promise<string> {
  const params = { textDocument: { uri: opened.uri }, position };
  const found = await connection.sendRequest<{ contents: { value: string } } | null>(
    'textDocument/hover',
    params,
  );
  return found?.contents.value ?? '';
}

const PLAN = `version: 1
name: camera-2.14
region: us
artifact: { uuid: ${UUID} }
waves:
  - name: 金絲雀
    devices:
      - a41c03c45e1c11ec9389bba7faa790bc
      - 12345678901234567890123456789012
    maxFailures: 5%
    timeout: 1h30m
    \n`;

test('a sound plan has no findings, with serials that YAML reads as numbers and names of any script', async () => {
  expect((await open('sound', PLAN)).published.diagnostics).toEqual([]);
});

describe('completion', () => {
  test('offers the keys that a wave does not have yet, explained', async () => {
    const opened = await open('wave', PLAN);
    const items = await complete(opened, { line: 12, character: 4 });
    expect(items.map(({ label }) => label).sort()).toEqual([
      'approval',
      'arguments',
      'batch',
      'gates',
      'minSuccess',
      'rejected',
      'soak',
      'take',
      'where',
      'window',
    ]);
    for (const { documentation } of items) {
      expect(typeof documentation === 'string' ? documentation : documentation?.value).toMatch(/\w{3}/);
    }
  });

  test('offers the keys of a plan', async () => {
    const items = await complete(await open('top', 'version: 1\n\n'), { line: 2, character: 0 });
    expect(items.map(({ label }) => label)).toEqual(
      expect.arrayContaining([
        'name',
        'description',
        'region',
        'artifact',
        'arguments',
        'defaults',
        'maxFailures',
        'haltGrace',
      ]),
    );
  });

  test.each([
    ['region: ', ['eu', 'us']],
    ['whenInDoubt: ', ['post-again', 'stop']],
  ])('offers the values of %s', async (line, values) => {
    const opened = await open(`value-${line.slice(0, 3)}`, `version: 1\n${line}`);
    const items = await complete(opened, after(opened, line));
    expect(items.map(({ label }) => label).sort()).toEqual(values);
  });

  test('offers a device file’s keys', async () => {
    const opened = await open('devices', 'waves:\n  - name: a\n    devices:\n      file: a.csv\n      \n');
    const items = await complete(opened, { line: 5, character: 6 });
    expect(items.map(({ label }) => label)).toEqual(['serialColumn']);
  });
});

describe('hovering explains', () => {
  test.each([
    ['name: camera', 2, 'A name is used once'],
    ['    maxFailures', 6, 'How many failures the wave tolerates'],
    ['    timeout', 6, 'How long a deployment may take'],
    ['    devices', 6, 'a list of serials, or a file of them'],
    ['artifact', 14, 'The artifact’s UUID'.replace('’', "'")],
  ])('%s', async (start, character, words) => {
    const opened = await open(`hover-${start.trim().slice(0, 4)}`, PLAN);
    const line = opened.text.split('\n').findIndex((each) => each.startsWith(start));
    expect(await hover(opened, { line, character })).toContain(words);
  });
});

test('mistakes are underlined, in the words of Breakwater’s own findings', async () => {
  const opened = await open(
    'mistakes',
    `version: 1
name: Camera
region: usa
artifact: { uuid: ${UUID} }
wave: 1
waves:
  - name: canary
    devices: []
    timeout: 30
    maxFailures: 101%
`,
  );
  const found = opened.published.diagnostics.map(
    ({ message, range: { start } }) => `${start.line + 1}: ${message}`,
  );
  expect(found.sort()).toEqual([
    expect.stringMatching(/^10: a duration such as/),
    expect.stringMatching(/^11: a count such as/),
    expect.stringMatching(/^3: a name of 1 to 64/),
    expect.stringMatching(/^4: .*"us", "eu"/),
    expect.stringMatching(/^6: .*wave/),
    expect.stringMatching(/^9: .*too few items/),
  ]);
});
