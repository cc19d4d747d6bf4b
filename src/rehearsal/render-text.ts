/** A rehearsal for a person: the story of one trial or the sum of many, and the exact odds. */
import { colourOf } from '../base/colour.ts';
import type { Colours } from '../base/colour.ts';
import { renderElapsed } from '../base/duration.ts';
import { count, printable, renderNumber } from '../base/text.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import { renderThreshold } from '../plan/threshold.ts';
import { renderChance, renderMean } from '../views/wording/phrases.ts';
import { displayWidth, padTo, wrapTo } from '../base/columns.ts';
import { fitNames } from '../base/fit-names.ts';
import { describeCause } from '../views/wording/causes.ts';
import type { Breakage } from '../rollout/odds.ts';
import { countEndings, spreadOf } from './rehearse.ts';
import type { Ending } from './rehearse.ts';
import { oddsColumns } from './rehearsal.ts';
import type { Rehearsal, StoryLine } from './rehearsal.ts';
import type { Trial } from './trial.ts';

export type TextOptions = {
  readonly colour: boolean;
  /** Prose is broken at its spaces to be no wider. A table is wider where names and figures leave it no choice. */
  readonly columns: number;
  /** It goes into a pipe: names are not cut. */
  readonly isWhole?: boolean;
};

type Page = { readonly columns: number; readonly isWhole: boolean; readonly colours: Colours };

const NAME_COLUMNS_MIN = 16;
const NAME_COLUMNS_MAX = 32;
const COLUMN = 12;

export function renderRehearsal(
  rehearsal: Rehearsal,
  { colour, columns, isWhole = false }: TextOptions,
): string {
  const colours = colourOf(colour);
  const page = { columns, isWhole, colours };
  const { trials, story } = rehearsal;
  const [only] = trials;
  const body =
    trials.length === 1 && only !== undefined
      ? [...renderStory(story, page), '', ...wrapTo(`Ended: ${describeEnd(only)}`, columns, 2)]
      : [...renderEndings(rehearsal, page), '', ...renderSpreads(trials, page)];
  const sections = [
    wrapTo(colours.bold(describeRehearsal(rehearsal)), columns, 2),
    body,
    renderOdds(rehearsal, page),
  ];
  return `${sections.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

function describeRehearsal({ plan, trials, seed, breakage }: Rehearsal): string {
  const size = `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`;
  const broken = breakage === null ? '' : `, an artifact that breaks ${describeBreakage(breakage)}`;
  return `Rehearsal of ${plan.name}: ${size}${broken}; ${count(trials.length, 'trial')}, seed ${seed}`;
}

function describeBreakage(breakage: Breakage): string {
  return breakage.kind === 'count'
    ? count(breakage.devices, 'device')
    : `${renderThreshold(breakage)} of devices`;
}

function renderStory(story: readonly StoryLine[], { columns, colours }: Page): readonly string[] {
  const times = story.map(({ afterMs }) => `+${renderElapsed(afterMs)}`);
  const width = Math.max(0, ...times.map((time) => time.length));
  return story.flatMap(({ text }, index) => {
    const time = times[index] ?? '';
    return wrapTo(`${' '.repeat(width - time.length)}${colours.dim(time)}  ${text}`, columns, width + 2);
  });
}

function describeEnd({ why, reached, broken, calls, durationMs, state }: Trial): string {
  const { phase, plan } = state;
  const end = 'cause' in phase ? describeCause(phase, plan) : describeWhy(why);
  const devices = `${renderNumber(reached)} of ${count(countDevices(plan), 'device')} reached, ${renderNumber(broken)} broken`;
  return `${end}, after ${renderElapsed(durationMs)}; ${devices}; ${count(calls, 'call')} to the API`;
}

function describeWhy(why: Ending['why']): string {
  switch (why) {
    case 'completed':
      return 'completed';
    case 'halted':
      return 'halted';
    case 'in-doubt':
      return 'stopped: a deployment is in doubt';
    case 'waiting':
      return 'stopped: too few devices online';
    case 'environment':
      return 'stopped by the API';
    case 'interrupted':
    case 'paused':
    case 'lost':
      return `stopped (${why})`;
  }
}

function renderEndings({ trials, plan, expected }: Rehearsal, page: Page): readonly string[] {
  const endings = countEndings(
    trials,
    plan.waves.map(({ name }) => name),
  );
  const rows = endings.map((ending) => [
    ending.wave === null ? describeWhy(ending.why) : `halted in ${printable(ending.wave)}`,
    renderChance(ending.trials / trials.length),
    ...(expected === null ? [] : [renderChance(chanceOf(ending, expected))]),
  ]);
  return renderTable(['Result', 'trials', ...(expected === null ? [] : ['exact'])], rows, page);
}

/** Of that ending, where nothing goes wrong but what the artifact breaks. */
export function chanceOf(
  { why, wave }: Ending,
  { completes, waves }: NonNullable<Rehearsal['expected']>,
): number {
  if (why === 'completed') return completes;
  const odds = waves.find((one) => one.wave === wave);
  return odds === undefined ? 0 : odds.reached * (1 - (odds.passes ?? 1));
}

function renderSpreads(trials: readonly Trial[], page: Page): readonly string[] {
  const row = (name: string, value: (trial: Trial) => number, render: (value: number) => string) => {
    const { median, p95, most } = spreadOf(trials.map(value));
    return [name, ...[median, p95, most].map(render)];
  };
  return renderTable(
    ['Over all trials', 'median', '95th pct.', 'most'],
    [
      row('devices reached', ({ reached }) => reached, renderNumber),
      row('devices broken', ({ broken }) => broken, renderNumber),
      row('calls to the API', ({ calls }) => calls, renderNumber),
      row('time', ({ durationMs }) => durationMs, renderElapsed),
    ],
    page,
  );
}

function renderOdds(rehearsal: Rehearsal, page: Page): readonly string[] {
  const odds = oddsColumns(rehearsal);
  const rows = rehearsal.plan.waves.map(({ name }, index) => [
    printable(name),
    ...odds.map((column) => {
      const passes = column.odds.waves[index]?.passes ?? null;
      return passes === null ? '-' : renderChance(passes);
    }),
  ]);
  const table = renderTable(
    ['breaks', ...odds.map(({ breakage }) => describeShort(breakage))],
    [
      ...rows,
      ['passes all waves', ...odds.map((column) => renderChance(column.odds.completes))],
      ['devices broken', ...odds.map((column) => renderMean(column.odds.broken))],
    ],
    page,
  );
  const title =
    'Exact chance that an artifact passes each wave that it reaches, by the share or number of devices that it breaks';
  return [...wrapTo(page.colours.bold(title), page.columns, 2), ...table];
}

function describeShort(breakage: Breakage): string {
  return breakage.kind === 'count' ? count(breakage.devices, 'device') : renderThreshold(breakage);
}

/** The first column to the left, and as wide as the terminal allows; the others to the right. */
function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { columns, isWhole, colours }: Page,
): readonly string[] {
  const all = [head, ...rows];
  const figureColumns = Math.max(
    COLUMN,
    ...all.flatMap(([, ...cells]) => cells.map((cell) => cell.length + 2)),
  );
  const room = columns - MARGIN.length - figureColumns * (head.length - 1);
  const most = isWhole ? Infinity : Math.max(NAME_COLUMNS_MIN, Math.min(NAME_COLUMNS_MAX, room));
  const names = fitNames(
    all.map(([name = '']) => name),
    most,
  );
  const width = Math.max(...names.map(displayWidth));
  const lines = all.map(([, ...cells], index) => {
    const figures = cells.map((cell) => cell.padStart(figureColumns)).join('');
    return `${MARGIN}${padTo(names[index] ?? '', width)}${figures}`.trimEnd();
  });
  return lines.map((line, index) => (index === 0 ? colours.dim(line) : line));
}

const MARGIN = '  ';
