/** What a shell makes of lines that are typed: which words `breakwater` gets. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { makeFolder } from './folders.ts';

/** Each call of `breakwater` in `lines`, as the words that real bash passes on to it. */
export async function readTyped(lines: readonly string[]): Promise<readonly (readonly string[])[]> {
  const cwd = makeFolder();
  const calls = join(cwd, 'calls');
  writeFileSync(calls, '');
  // A word ends with NUL, a call with a word that nobody types.
  const script = [
    `breakwater() { printf '%s\\0' "$@" ${JSON.stringify(END)} >> ${calls}; }`,
    ...lines.map((line) => `${line}\nwait`),
  ].join('\n');
  await execa('bash', ['-c', script], { cwd, env: { GITHUB_STEP_SUMMARY: '/dev/null' }, reject: false });
  const read = readFileSync(calls, 'utf8').split(`${END}\0`).slice(0, -1);
  return read.map((call) => call.split('\0').slice(0, -1));
}

const END = ' end of the call ';
