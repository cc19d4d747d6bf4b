import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBlocks, replaceBlock } from '../../scripts/docs/blocks.ts';
import { parseTranscriptMarker } from '../../scripts/docs/transcript-marker.ts';
import { ROOT } from '../../scripts/docs/documents.ts';
import { drawPicture, PICTURE } from '../../scripts/docs/terminal-picture.ts';
import { groupBySandbox, readTranscripts, runGroup } from '../../scripts/docs/transcripts.ts';
import { BLOCKS, blocksIn, DOCUMENTS, titleOf } from './document.ts';

const GROUPS = DOCUMENTS.flatMap(({ path, text }) =>
  groupBySandbox(readTranscripts(text)).map((group) => ({
    title: group.map(({ block }) => `${path}:${block.line}`).join(', '),
    group,
  })),
);

test.each(GROUPS)('$title: shows what the command prints', async ({ group }) => {
  const made = await runGroup(group);
  const shown = group.map(({ block: { line, text } }) => ({ line, text }));
  expect(made, '`npm run docs` makes the transcripts anew').toEqual(shown);
});

test('the picture shows what the command prints on a terminal', async () => {
  expect(await drawPicture(), '`npm run docs` draws it').toBe(readFileSync(join(ROOT, PICTURE), 'utf8'));
});

test('there are transcripts', () => {
  expect(GROUPS.length).toBeGreaterThan(1);
});

test('whatever looks like output of a command is a transcript that a marker says how to make', () => {
  const transcripts = DOCUMENTS.flatMap(({ path, text }) =>
    readTranscripts(text).map(({ block }) => titleOf({ ...block, page: path })),
  );
  const printed = [...blocksIn('console', 'text', ''), ...BLOCKS.filter(({ text }) => /^\$ /m.test(text))];
  expect(printed.map(titleOf).filter((title) => !transcripts.includes(title))).toEqual([]);
});

describe('a marker', () => {
  test('says where and how the commands are run, and what of it is shown', () => {
    const marker = parseTranscriptMarker(
      'transcript: in=examples exit=1 before="mkdir a b" before=ls omit="^a|b$" CI_JOB_URL=https://ci.example/7',
    );
    expect(marker).toMatchObject({
      folder: 'examples',
      exitCode: 1,
      before: ['mkdir a b', 'ls'],
      omit: /^a|b$/u,
      run: null,
      env: { CI_JOB_URL: 'https://ci.example/7' },
    });
  });

  test('of something else is none', () => {
    expect(parseTranscriptMarker('run-command')).toBeNull();
  });

  test.each(['transcript: exits=1', 'transcript: exit 1', 'transcript: omit="a'])(
    'is refused: %s',
    (text) => {
      expect(() => parseTranscriptMarker(text)).toThrow();
    },
  );
});

describe('of what a command prints, a transcript', () => {
  async function show(options: string): Promise<string | undefined> {
    const marker = `transcript: run="seq 3" ${options}`;
    const [made] = await runGroup(readTranscripts(`<!-- ${marker} -->\n\n\`\`\`text\n\`\`\`\n`));
    return made?.text;
  }

  test('shows the lines from one up to another', async () => {
    expect(await show('until=3')).toBe('1\n2\n[…]\n');
    expect(await show('from=2 until=3')).toBe('[…]\n2\n[…]\n');
    expect(await show('from=2')).toBe('[…]\n2\n3\n');
  });

  test.each([
    ['until=4', 'until=4'],
    ['from=4', 'from=4'],
    // They are two lines: the first that is shown, and one after it.
    ['until=1', 'until=1'],
    ['from=3 until=3', 'until=3'],
  ])('cannot be made where no line matches, and the error names its marker: %s', async (options, key) => {
    await expect(show(options)).rejects.toThrow(
      `line 3 (transcript: run="seq 3" ${options}): no line matches ${key} in:\n1\n2\n3\n`,
    );
  });

  test('cannot be made where its command ends otherwise, and the error names its marker', async () => {
    await expect(show('exit=1')).rejects.toThrow(
      'line 3 (transcript: run="seq 3" exit=1): ended with 0, and the marker says 1: 1\n2\n3\n',
    );
  });
});

test('a block is found with the comment right before it, and can be replaced', () => {
  const document = 'a\n<!-- transcript -->\n\n```console\n$ ls\nold\n```\n\n```sh\nls\n```\n';
  const blocks = readBlocks(document);
  expect(blocks).toEqual([
    { line: 4, language: 'console', marker: 'transcript', text: '$ ls\nold\n' },
    { line: 9, language: 'sh', marker: null, text: 'ls\n' },
  ]);
  expect(replaceBlock(document, { line: 4, text: '$ ls\nnew\nlines\n' })).toBe(
    document.replace('old', 'new\nlines'),
  );
});
