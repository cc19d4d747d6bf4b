/** What commands say of a record that something else than Breakwater has changed, and of one that no event stands in yet. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { encodeEvents, encodeHeader } from '../../src/store/line-codec.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { openProject, PLAN, QUICK } from '../kit/projects.ts';

const NAME = 'kiosk-1' as RolloutName;
const RUN = ['run', 'plan.yaml', '--yes'];

async function completed() {
  const project = await openProject(QUICK, PLAN);
  const run = await project.run(...RUN);
  expect(run.exitCode, run.stderr).toBe(0);
  const journal = join(project.cwd, '.breakwater', NAME, 'journal.jsonl');
  const events = readFileSync(journal, 'utf8')
    .trimEnd()
    .split('\n')
    .slice(1)
    .map((line) => Object.entries(JSON.parse(line) as object).filter(([key]) => key !== 'sum'))
    .map((entries) => Object.fromEntries(entries) as JournaledEvent);
  return { project, journal, events };
}

test('whose lines are whole and whose sequence makes no sense is damage with its line, for every command', async () => {
  const { project, journal, events } = await completed();
  const passed = events.findIndex(({ type }) => type === 'wave-passed');
  // The wave passes before anything was posted.
  const moved = events.toSpliced(passed, 1).toSpliced(2, 0, present(events[passed], 'the event'));
  const header = encodeHeader(NAME);
  const renumbered = moved.map((event, index) => ({ ...event, seq: index + 1 }));
  const text = header.text + encodeEvents(renumbered, header.sum).text;
  writeFileSync(journal, text);
  for (const command of [['status'], ['status', NAME], ['report', NAME], ['pause', NAME], RUN]) {
    const { exitCode, stderr } = await project.run(...command);
    expect(exitCode, `${command.join(' ')}: ${stderr}`).toBe(4);
    expect(stderr).toContain('journal.jsonl:4: the journal is damaged: wave-passed cannot follow');
  }
  expect(readFileSync(journal, 'utf8')).toBe(text);
});

test('that was emptied, or cut within its first line, is damage, and nothing is posted', async () => {
  const { project, journal } = await completed();
  for (const text of ['', '{"format":"breakwater/jou']) {
    writeFileSync(journal, text);
    for (const command of [['status'], RUN]) {
      const { exitCode, stderr } = await project.run(...command);
      expect(exitCode, `${command.join(' ')}: ${stderr}`).toBe(4);
      expect(stderr).toContain('journal.jsonl:1: the journal is damaged');
    }
    expect(readFileSync(journal, 'utf8')).toBe(text);
  }
});

test.each([
  ['before its journal was there', null],
  ['before its first event', encodeHeader(NAME).text],
])('whose runner was cut off %s is unlocked with the id that `run` names', async (_, text) => {
  const project = await openProject(QUICK, PLAN);
  const folder = join(project.cwd, '.breakwater', NAME);
  mkdirSync(folder, { recursive: true });
  if (text !== null) writeFileSync(join(folder, 'journal.jsonl'), text);
  const elsewhere = {
    startedBy: null,
    id: 'other',
    since: 1,
    boot: 'another',
    processStart: '1',
    host: 'there',
    pid: 1,
  };
  writeFileSync(join(folder, 'lock'), JSON.stringify(elsewhere));
  const held = await project.run(...RUN);
  expect(held.exitCode, held.stderr).toBe(5);
  const [, id = ''] = /--holder (\S+)/.exec(held.stderr) ?? [];
  const unlocked = await project.run('unlock', NAME, '--holder', id);
  expect(unlocked.exitCode, unlocked.stderr).toBe(0);
  expect(await project.run('unlock', NAME, '--holder', id)).toMatchObject({ exitCode: 2 });
  const run = await project.run(...RUN);
  expect(run.exitCode, run.stderr).toBe(0);
});
