/**
 * `breakwater report NAME --format markdown`: for a job's summary or a comment on a pull request. What is in it besides
 * this project's own words comes from elsewhere, and is shown as it is, whatever it holds. Each part has a bound, so that
 * the whole fits into a comment, which takes 65,536 characters, however large the fleet.
 */
import { renderElapsed } from '../../base/duration.ts';
import { escapeMarkdown, markdownCode } from '../../base/markdown.ts';
import { count, renderNumber } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import { DEVICE_OUTCOMES, inFlightOf } from '../../rollout/device-status.ts';
import { adviseNext } from '../advice/advice.ts';
import type { Advice } from '../advice/advice-lines.ts';
import { describeWhy } from '../wording/describe-why.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeRunner } from '../wording/phrases.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { Situation } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';
import { waveLines } from '../summary/summary-tables.ts';
import { TONES } from '../tables/tones.ts';
import type { WaveLine } from '../status/wave-groups.ts';
import { WAVE_PHASES } from '../tables/wave-phases.ts';
import { clip, listWithin, tableWithin } from './markdown-parts.ts';
import type { MarkdownPart } from './markdown-parts.ts';
import { commandsPart, deploymentsPart, devicesPart, ordersPart } from './markdown-tables.ts';
import type { ReportEntry } from './record.ts';
import type { ReportTextOptions } from './render-text.ts';
import { abridge, listStory } from './story.ts';

/** Of what is said of why, and of what is next. */
const SENTENCES_CHARS_MAX = 3_000;
const FACTS_CHARS_MAX = 4_000;
const LINES_SHOWN = 60;

export type ReportMarkdownOptions = Pick<ReportTextOptions, 'now' | 'commands'>;

export function renderReportMarkdown(entry: ReportEntry, options: ReportMarkdownOptions): string {
  const { record } = entry;
  const { state } = record;
  const situation = situationOf(state, entry);
  const parts = [
    `## ${TONES[SITUATION_TABLE[situation.kind].tone].emoji} ${escapeMarkdown(describeSituation(state, situation))}\n`,
    renderHead(entry, situation, options),
    wavesPart(entry),
    devicesPart(state),
    timelinePart(entry),
    deploymentsPart(record),
    commandsPart(record),
    ordersPart({ ...entry, state }),
  ];
  const isCut = parts.some((part) => typeof part === 'object' && part?.isCut === true);
  return [
    ...parts.flatMap((part) => (part === null ? [] : [typeof part === 'string' ? part : part.text])),
    ...(isCut ? [`All of it: ${markdownCode(`${options.commands.report} --format json`)}\n`] : []),
  ].join('\n');
}

function renderHead(
  entry: ReportEntry,
  situation: Situation,
  { now, commands }: ReportMarkdownOptions,
): string {
  const { record, isHeld, holder = null, orders = [] } = entry;
  const { state } = record;
  const position = { state, situation, commands, isHeld, holder, orders, now };
  const why = describeWhy(position).map((text): Advice => ({ kind: 'text', text }));
  return `${renderSentences('Why', why)}${renderSentences('Next', adviseNext(position))}${renderFacts(entry)}`;
}

/** A command stands below the sentence that it belongs to. */
function renderSentences(title: string, lines: readonly Advice[]): string {
  if (lines.length === 0) return '';
  const items = lines.map((line) =>
    line.kind === 'command'
      ? `  - ${markdownCode(line.command)}\n`
      : `- ${escapeMarkdown(clip(line.text))}\n`,
  );
  return `**${title}**\n\n${listWithin(items, SENTENCES_CHARS_MAX)}\n`;
}

function renderFacts({ record }: ReportEntry): string {
  const { state, runners, endedAt } = record;
  const { plan, digest, startedAt } = state;
  const last = runners.at(-1);
  const facts: readonly (readonly [string, string])[] = [
    ['artifact', markdownCode(plan.artifact.uuid)],
    ['region', plan.region],
    ['devices', `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`],
    ['digest', markdownCode(digest)],
    ['started', renderMoment(startedAt)],
    ...(endedAt === null
      ? []
      : [['ended', `${renderMoment(endedAt)}, after ${renderElapsed(endedAt - startedAt)}`] as const]),
    ...(last === undefined
      ? []
      : [
          [
            runners.length === 1 ? 'run by' : `last of ${renderNumber(runners.length)} runners`,
            escapeMarkdown(clip(describeRunner(last.identity))),
          ] as const,
        ]),
    ...(state.simulated ? [['simulated', 'on a simulator: no device was touched'] as const] : []),
    ...(plan.description === null ? [] : [['description', escapeMarkdown(clip(plan.description))] as const]),
  ];
  const items = facts.map(([name, value]) => `- ${name}: ${value}\n`);
  return listWithin(items, FACTS_CHARS_MAX);
}

function wavesPart({ record }: ReportEntry): MarkdownPart {
  const titles = ['wave', 'phase', 'devices', ...DEVICE_OUTCOMES, 'in flight', 'waiting', 'took'];
  return tableWithin({
    title: 'Waves',
    columns: titles.map((title, at) => ({ title, align: at < 2 || title === 'took' ? 'left' : 'right' })),
    rows: waveLines(record.state.waves).map((line) =>
      waveRow(line, record.endedAt ?? record.state.updatedAt),
    ),
    chars: 8_000,
  });
}

function waveRow(line: WaveLine, now: number): readonly string[] {
  const { tally } = line.kind === 'wave' ? line.wave : line;
  const { name, phase, devices, took } =
    line.kind === 'group'
      ? {
          name: `${renderNumber(line.count)} waves`,
          phase: line.phase,
          devices: Object.values(tally).reduce((sum, n) => sum + n, 0),
          took: '',
        }
      : {
          name: escapeMarkdown(line.wave.wave.name),
          phase: line.wave.phase,
          devices: line.wave.wave.devices.length,
          took:
            line.wave.startedAt === null
              ? ''
              : renderElapsed((line.wave.endedAt ?? now) - line.wave.startedAt),
        };
  return [
    name,
    WAVE_PHASES[phase].word,
    renderNumber(devices),
    ...[...DEVICE_OUTCOMES.map((bucket) => tally[bucket]), inFlightOf(tally), tally.waiting].map((n) =>
      n === 0 ? '' : renderNumber(n),
    ),
    took,
  ];
}

function timelinePart({ record }: ReportEntry): MarkdownPart {
  const lines = listStory(record);
  const rows = abridge(lines, LINES_SHOWN).map((line) =>
    line === null
      ? ['…', `${renderNumber(lines.length - LINES_SHOWN)} more`]
      : [renderMoment(line.at), escapeMarkdown(clip(line.text))],
  );
  const columns = ['time', 'what happened'].map((title) => ({ title, align: 'left' as const }));
  const part = tableWithin({ title: 'Timeline', columns, rows, chars: 13_000 });
  return { ...part, isCut: part.isCut || lines.length > LINES_SHOWN };
}
