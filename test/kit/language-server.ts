/** The language server that editors use for YAML, in a process of its own, asked what they ask it. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createMessageConnection, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { ROOT } from './command.ts';

const SERVER = join(ROOT, 'node_modules', 'yaml-language-server', 'bin', 'yaml-language-server');

/** Where the cursor stands in a text. */
const CURSOR = '‸';

type Position = { readonly line: number; readonly character: number };

export type Completion = {
  readonly label: string;
  /** What is put in, with the places to fill in as `${1:so}`. */
  readonly inserted: string;
  /** As Markdown; empty where there is none. */
  readonly explanation: string;
};

/** `at` is `line:column`, from 1, and `covers` the text that is underlined. */
export type Finding = { readonly at: string; readonly covers: string; readonly message: string };

export type EditorSettings = {
  /** The editor's own association: the patterns of files, by the schema that they follow. */
  readonly schemas?: Readonly<Record<string, readonly string[]>>;
};

export type LanguageServer = {
  /** Opens `text` as the file `path` of this repository. It need not exist; no two may be called the same. */
  readonly open: (path: string, text: string) => Promise<OpenDocument>;
  readonly close: () => void;
};

export type OpenDocument = {
  readonly findings: readonly Finding[];
  /** At the cursor, in the order in which editors sort them. */
  readonly complete: () => Promise<readonly Completion[]>;
  /** What is shown for that which the cursor stands in; empty for nothing. */
  readonly hover: () => Promise<string>;
};

type Published = {
  readonly uri: string;
  readonly diagnostics: readonly {
    readonly message: string;
    readonly range: { readonly start: Position; readonly end: Position };
  }[];
};

type Item = {
  readonly label: string;
  readonly sortText?: string;
  readonly insertText?: string;
  readonly textEdit?: { readonly newText: string };
  readonly documentation?: string | { readonly value: string };
};

export async function openLanguageServer({ schemas = {} }: EditorSettings = {}): Promise<LanguageServer> {
  const settings = {
    validate: true,
    hover: true,
    completion: true,
    schemas,
    schemaStore: { enable: false, url: '' },
  };
  const server = spawn(process.execPath, [SERVER, '--stdio'], { stdio: ['pipe', 'pipe', 'ignore'] });
  const connection = createMessageConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  const waiting = new Map<string, (published: Published) => void>();
  const configured = new Promise<void>((resolve) => {
    connection.onRequest(
      'workspace/configuration',
      ({ items }: { readonly items: readonly { readonly section: string }[] }) => {
        setImmediate(resolve);
        return items.map(({ section }) => (section === 'yaml' ? settings : {}));
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
  await connection.sendNotification('workspace/didChangeConfiguration', { settings: { yaml: settings } });
  await configured;

  return {
    async open(path, marked) {
      const uri = pathToFileURL(join(ROOT, path)).href;
      const text = marked.replace(CURSOR, '');
      const found = new Promise<Published>((resolve) => waiting.set(uri, resolve));
      await connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'yaml', version: 1, text },
      });
      const { diagnostics } = await found;
      const asked = { textDocument: { uri }, position: positionOf(marked.split(CURSOR)[0] ?? '') };
      return {
        findings: diagnostics.map(({ message, range }) => ({
          at: `${range.start.line + 1}:${range.start.character + 1}`,
          covers: textIn(text, range),
          message,
        })),
        async complete() {
          const { items } = await connection.sendRequest<{ readonly items: readonly Item[] }>(
            'textDocument/completion',
            asked,
          );
          return items.map(describeItem);
        },
        async hover() {
          const shown = await connection.sendRequest<{
            readonly contents: { readonly value: string };
          } | null>('textDocument/hover', asked);
          return shown?.contents.value ?? '';
        },
      };
    },
    close() {
      connection.dispose();
      server.kill();
    },
  };
}

function describeItem({ label, insertText, textEdit, documentation = '' }: Item): Completion {
  return {
    label,
    inserted: textEdit?.newText ?? insertText ?? label,
    explanation: typeof documentation === 'string' ? documentation : documentation.value,
  };
}

/** Of the end of `text`. */
function positionOf(text: string): Position {
  const lines = text.split('\n');
  return { line: lines.length - 1, character: lines.at(-1)?.length ?? 0 };
}

/** On the first of its lines. */
function textIn(text: string, { start, end }: { readonly start: Position; readonly end: Position }): string {
  const line = text.split('\n')[start.line] ?? '';
  return line.slice(start.character, end.line === start.line ? end.character : undefined);
}
