/** A rehearsal for a person: the story of one trial or the sum of many, and the exact odds. */
import { colourOf } from '../base/colour.ts';
import type { Colours } from '../base/colour.ts';
import { renderElapsed } from '../base/duration.ts';
import { count, printable, renderNumber } from '../base/text.ts';
import { countDevices } from '../plan/rollout-plan.ts';
import { renderThreshold } from '../plan/threshold.ts';
import { renderChance, renderMean } from '../views/wording/chance.ts';
import { displayWidth, fitTo, padTo, wrapTo } from '../views/summary/columns.ts';
import { describeCause } from '../views/wording/causes.ts';
import type { Breakage } from '../rollout/odds.ts';
import { countEndings, spreadOf } from './rehearse.ts';
import type { Ending } from './rehearse.ts';
import { oddsColumns } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import type { StoryLine } from './story.ts';
import type { Trial } from './trial.ts';

export type TextOptions = { readonly colour: boolean; readonly columns: number };

const NAME_COLUMNS_MAX = 32;
const COLUMN = 12;

export function renderRehearsal(rehearsal: Rehearsal, { colour, columns }: TextOptions): string {
  const colours = colourOf(colour);
  const { trials, story } = rehearsal;
  const [only] = trials;
  const body =
    trials.length === 1 && only !== undefined
      ? [...renderStory(story, columns, colours), '', ...wrapTo(`Ended: ${describeEnd(only)}`, columns, 2)]
      : [...renderEndings(rehearsal, colours), '', ...renderSpreads(trials, colours)];
  const sections = [
    wrapTo(colours.bold(describeRehearsal(rehearsal)), columns, 2),
    body,
    renderOdds(rehearsal, colours),
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

function renderStory(story: readonly StoryLine[], columns: number, colours: Colours): readonly string[] {
  const times = story.map(({ afterMs }) => `+${renderElapsed(afterMs)}`);
  const width = Math.max(0, ...times.map((time) => time.length));
  return story.flatMap(({ text }, index) => {
    const [first = '', ...more] = wrapTo(text, Math.max(40, columns - width - 2));
    return [
      `${colours.dim((times[index] ?? '').padStart(width))}  ${first}`,
      ...more.map((line) => `${' '.repeat(width + 2)}${line}`),
    ];
  });
}

function describeEnd({ why, reached, broken, calls, durationMs, state }: Trial): string {
  const { phase, plan } = state;
  const end = 'cause' in phase ? `halted: ${describeCause(phase, plan)}` : describeWhy(why);
  const devices = `${renderNumber(reached)} of ${count(countDevices(plan), 'device')} reached, ${renderNumber(broken)} of them broken`;
  return `${end}, after ${renderElapsed(durationMs)}; ${devices}; ${count(calls, 'call')} to the API`;
}

function describeWhy(why: Ending['why']): string {
  switch (why) {
    case 'completed':
      return 'completed';
    case 'halted':
      return 'halted';
    case 'in-doubt':
      return 'stopped, in doubt';
    case 'waiting':
      return 'stopped, too few online';
    case 'environment':
      return 'stopped by the API';
    case 'interrupted':
    case 'paused':
    case 'lost':
      return `stopped (${why})`;
  }
}

function renderEndings({ trials, plan, expected }: Rehearsal, colours: Colours): readonly string[] {
  const endings = countEndings(
    trials,
    plan.waves.map(({ name }) => name),
  );
  const rows = endings.map((ending) => [
    ending.wave === null ? describeWhy(ending.why) : `halted in ${printable(ending.wave)}`,
    renderChance(ending.trials / trials.length),
    ...(expected === null ? [] : [renderChance(chanceOf(ending, expected))]),
  ]);
  return renderTable(['How it ended', 'trials', ...(expected === null ? [] : ['exactly'])], rows, colours);
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

function renderSpreads(trials: readonly Trial[], colours: Colours): readonly string[] {
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
    colours,
  );
}

function renderOdds(rehearsal: Rehearsal, colours: Colours): readonly string[] {
  const columns = oddsColumns(rehearsal);
  const rows = rehearsal.plan.waves.map(({ name }, index) => [
    printable(name),
    ...columns.map(({ odds }) => {
      const passes = odds.waves[index]?.passes ?? null;
      return passes === null ? '-' : renderChance(passes);
    }),
  ]);
  const table = renderTable(
    ['breaks', ...columns.map(({ breakage }) => describeShort(breakage))],
    [
      ...rows,
      ['passes all waves', ...columns.map(({ odds }) => renderChance(odds.completes))],
      ['devices broken', ...columns.map(({ odds }) => renderMean(odds.broken))],
    ],
    colours,
  );
  return [
    colours.bold('Exactly: the chance that an artifact passes each wave that it comes to, by what it breaks'),
    ...table,
  ];
}

function describeShort(breakage: Breakage): string {
  return breakage.kind === 'count' ? count(breakage.devices, 'device') : renderThreshold(breakage);
}

/** The first column to the left, the others to the right. */
function renderTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  colours: Colours,
): readonly string[] {
  const names = [head, ...rows].map(([name = '']) => name);
  const width = Math.min(NAME_COLUMNS_MAX, Math.max(...names.map(displayWidth)));
  const lines = [head, ...rows].map(([name = '', ...cells]) =>
    `  ${padTo(fitTo(name, width), width)}${cells.map((cell) => cell.padStart(COLUMN)).join('')}`.trimEnd(),
  );
  return lines.map((line, index) => (index === 0 ? colours.dim(line) : line));
}
