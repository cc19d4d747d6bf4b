/** Whatever a rollout's names and everybody's words are, what is rendered of it holds them as text and as nothing else. */
import { spawnSync } from 'node:child_process';
import { parse } from 'csv-parse/sync';
import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { colourOf } from '../../src/base/colour.ts';
import { guardLog } from '../../src/base/text.ts';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { renderFrame } from '../../src/views/live/frame.ts';
import { openProgress } from '../../src/views/live/open-progress.ts';
import { EMPTY_VIEW, viewAfterNotice } from '../../src/views/live/view.ts';
import { renderPreviewJson } from '../../src/views/preview/preview-json.ts';
import { renderPreview } from '../../src/views/preview/preview-text.ts';
import type { ReportFormat } from '../../src/views/report/formats.ts';
import { describeEvent } from '../../src/views/wording/sentences.ts';
import { renderStatusJson } from '../../src/views/status/status-json.ts';
import { renderStatusList } from '../../src/views/status/status.ts';
import { renderSummary } from '../../src/views/summary/summary.ts';
import { fold } from '../../src/rollout/apply.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { previewRollout } from '../../src/rollout/preview.ts';
import type { Notice } from '../../src/run/loop/observer.ts';
import { present } from '../../src/base/assert.ts';
import { DIGEST } from '../kit/plans.ts';
import { createFakeStream } from '../views/live/fake-stream.ts';
import { everyStory, statesOf } from '../views/every-event.ts';
import { RENDERED } from '../views/every-format.ts';
import { entryOf } from '../views/reported.ts';
import { LOOKED_AT_MS } from '../views/situations.ts';
import { COMMANDS } from '../views/told.ts';
import { expectHarmlessMarkdown } from './harmless-markdown.ts';
import { LOG_COMMAND, OBEYED } from './obeyed.ts';
import { hostileText, poison } from './poison.ts';

const poisoned = fc
  .tuple(fc.constantFrom(...everyStory()), hostileText)
  .map(([story, text]) => ({ events: poison(story, text), text }));

function contextOf(events: readonly JournaledEvent[]) {
  const state = present(fold(events), 'the state');
  return { state, entry: entryOf({ events }), now: state.updatedAt + LOOKED_AT_MS };
}

function noticesWith(text: string): readonly Notice[] {
  return [
    { kind: 'call-failed', message: text, retryAt: 1, downSince: 0 },
    { kind: 'oddity', deployment: text, message: text },
    { kind: 'gate-started', wave: text as never, name: text, attempt: 2 },
    { kind: 'waiting', wave: text as never, why: 'approval', until: 1 },
    { kind: 'poll-due', deployment: text, at: 1 },
  ];
}

async function progressOf(kind: 'plain' | 'json', events: readonly JournaledEvent[], text: string) {
  const stream = createFakeStream();
  const progress = await openProgress(kind, { stream, clock: new VirtualClock(0), colour: false });
  for (const { event, state } of statesOf(events)) progress.event(event, state);
  for (const notice of noticesWith(text)) progress.notice(notice);
  await progress.close();
  return stream.written();
}

function expectPlain(text: string): void {
  expect(text).not.toMatch(OBEYED);
  expect(guardLog(text)).not.toMatch(LOG_COMMAND);
}

describe('of the text for a person, a terminal and a log obey nothing', () => {
  test('in a summary, a status and a preview', () => {
    fc.assert(
      fc.property(poisoned, fc.constantFrom(40, 80), ({ events }, columns) => {
        const { state, now } = contextOf(events);
        const options = { now, colour: false, columns, commands: COMMANDS };
        const preview = previewRollout(state.plan, { minIntervalMs: 5_000, maxIntervalMs: 300_000 });
        for (const text of [
          renderSummary(state, { ...options, isHeld: false }),
          renderStatusList([{ state, isHeld: true }], options),
          renderPreview(preview, { digest: DIGEST, withDevices: true, preflight: null }),
          ...statesOf(events).map((one) => describeEvent(one.event, one.state)),
        ]) {
          expectPlain(text);
        }
      }),
    );
  });

  test('in progress, live and in lines', async () => {
    await fc.assert(
      fc.asyncProperty(poisoned, async ({ events, text }) => {
        const { state, now } = contextOf(events);
        const lines = await progressOf('plain', events, text);
        expect(lines).not.toMatch(OBEYED);
        expect(lines).not.toMatch(LOG_COMMAND);
        const view = noticesWith(text).reduce(viewAfterNotice, { ...EMPTY_VIEW, state });
        const marks = { passed: '+', halted: 'x', running: '*' };
        const frame = renderFrame(view, { now, columns: 80, rows: 24, colours: colourOf(false), marks });
        expect(frame.join('')).not.toMatch(OBEYED);
        expect(frame.join('')).not.toContain('\n');
      }),
    );
  });
});

test('JSON shows what a terminal and a log would obey as escapes, and says the same', async () => {
  await fc.assert(
    fc.asyncProperty(poisoned, async ({ events, text }) => {
      const { state } = contextOf(events);
      const preview = previewRollout(state.plan, { minIntervalMs: 5_000, maxIntervalMs: 300_000 });
      const documents = [
        renderStatusJson({ state, isHeld: false }),
        renderPreviewJson(preview, { digest: DIGEST, preflight: null }),
        ...(await progressOf('json', events, text)).trimEnd().split('\n'),
      ];
      for (const document of documents) expect(readHarmlessJson(document)).toBeTypeOf('object');
    }),
  );
});

function readHarmlessJson(document: string): unknown {
  expect(document).not.toMatch(OBEYED);
  expect(document).not.toMatch(LOG_COMMAND);
  return JSON.parse(document);
}

/** The elements and their attributes, without what they hold. */
function elementsOf(html: string): readonly string[] {
  return [...html.matchAll(/<(\/?[a-z][a-z0-9]*)((?:"[^"]*"|[^>"])*)>/gi)].map(
    ([, tag = '', attributes = '']) =>
      `${tag} ${[...attributes.matchAll(/([\w-]+)="[^"]*"/g)].map(([, name]) => name).join(' ')}`,
  );
}

/** Blank where the text is: what is blank need not be shown. */
function harmless(text: string): string {
  return text.replace(/\S/g, 'x');
}

function render(format: ReportFormat, events: readonly JournaledEvent[]): string {
  const { entry, now } = contextOf(events);
  return RENDERED[format](entry, { now });
}

/** What a report is held to as each format that there is: a format without its test does not compile. */
const HELD: { readonly [Format in ReportFormat]: { readonly to: string; readonly hold: () => void } } = {
  text: {
    to: 'a terminal and a log obey nothing',
    hold: () => {
      fc.assert(
        fc.property(poisoned, fc.constantFrom(40, 80), ({ events }, columns) => {
          const { entry, now } = contextOf(events);
          expectPlain(RENDERED.text(entry, { now, columns }));
        }),
      );
    },
  },
  markdown: {
    to: 'nothing is more than text, and no row has a cell too many',
    hold: () => {
      fc.assert(
        fc.property(poisoned, ({ events }) => {
          expectHarmlessMarkdown(render('markdown', events));
        }),
        { numRuns: 60 },
      );
    },
  },
  json: {
    to: 'what a terminal and a log would obey is escaped, and the names are the same',
    hold: () => {
      fc.assert(
        fc.property(poisoned, ({ events }) => {
          const { state } = contextOf(events);
          const report = readHarmlessJson(render('json', events)) as {
            readonly waves: readonly { readonly name: string }[];
          };
          expect(report.waves.map(({ name }) => name)).toEqual(state.plan.waves.map(({ name }) => name));
        }),
      );
    },
  },
  csv: {
    to: 'no cell is a formula, and none is cut',
    hold: () => {
      fc.assert(
        fc.property(poisoned, ({ events }) => {
          const { state } = contextOf(events);
          const csv = render('csv', events);
          expect(csv.replaceAll('\r\n', '')).not.toMatch(OBEYED);
          const [, ...rows]: readonly (readonly string[])[] = parse(csv);
          expect(rows).toHaveLength(state.plan.waves.reduce((sum, { devices }) => sum + devices.length, 0));
          expect(rows.flat().filter((cell) => /^[=+\-@\t\r]/.test(cell))).toEqual([]);
        }),
      );
    },
  },
  junit: {
    to: 'it is well-formed and has no more elements than that of a harmless rollout',
    hold: () => {
      const reports: string[] = [];
      fc.assert(
        fc.property(fc.constantFrom(...everyStory()), hostileText, (story, text) => {
          const xml = render('junit', poison(story, text));
          expect(xml).not.toMatch(OBEYED);
          expect(elementsOf(xml)).toEqual(elementsOf(render('junit', poison(story, harmless(text)))));
          reports.push(xml.replace(/^<\?xml[^>]*\?>/, ''));
        }),
        { numRuns: 40 },
      );
      const { status, stderr } = spawnSync('xmllint', ['--noout', '-'], {
        input: `<all>${reports.join('')}</all>`,
        encoding: 'utf8',
      });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    },
  },
  html: {
    to: 'it has the elements that it has of a harmless rollout, and no others',
    hold: () => {
      fc.assert(
        fc.property(fc.constantFrom(...everyStory()), hostileText, (story, text) => {
          const html = render('html', poison(story, text));
          expect(elementsOf(html)).toEqual(elementsOf(render('html', poison(story, harmless(text)))));
          const data = html.slice(html.indexOf('<body'));
          expect(data).not.toMatch(OBEYED);
        }),
        { numRuns: 40 },
      );
    },
  },
};

describe('a report', () => {
  for (const [format, { to, hold }] of Object.entries(HELD)) test(`as ${format}: ${to}`, hold);
});
