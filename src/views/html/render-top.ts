/** The top of the page: what happened, why, and what to do next, in that order. */
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import { countDevices } from '../../plan/rollout-plan.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { explain } from '../advice/advice.ts';
import type { Advice, Position } from '../advice/advice-lines.ts';
import { renderMoment } from '../wording/moments.ts';
import { describeRunner } from '../wording/phrases.ts';
import { describeSituation } from '../tables/situation.ts';
import { SITUATION_TABLE, situationWord } from '../tables/situation-table.ts';
import { totalTally } from '../summary/tallies.ts';
import { TONES } from '../tables/tones.ts';
import { drawSign } from './signs.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { drawTallyBar, renderTally } from './tally-bar.ts';

export function renderTop(position: Position): Html {
  const { state, situation } = position;
  const { tone } = SITUATION_TABLE[situation.kind];
  const tally = totalTally(state);
  const { why, next } = explain(position);
  const simulated = state.simulated ? markup` <span class="badge">simulated</span>` : NOTHING;
  return markup`<header class="top tone-${tone}">
    <p class="verdict">
      <span class="badge badge-${tone}">${drawSign(TONES[tone].sign)}${situationWord(situation)}</span>${simulated}
    </p>
    <h1>${describeSituation(state, situation)}</h1>
    ${renderLines('Why', why)} ${renderLines('Next', next)}
    <div class="sum">${drawTallyBar(tally)}${renderTally(tally)}</div>
    ${renderFacts(position)}
  </header>`;
}

/** Sentences; a command stands by itself, whole, to be copied. */
function renderLines(title: string, all: readonly Advice[]): Html {
  if (all.length === 0) return NOTHING;
  const told = all.map((line, index) => {
    if (line.kind === 'command') return markup`<pre><code>${line.text}</code></pre>`;
    return markup`<p>${capitalised(line.text)}${all[index + 1]?.kind === 'command' ? ':' : '.'}</p>`;
  });
  return markup`<section class="lines lines-${title.toLowerCase()}">
    <h2>${title}</h2>
    <div>${told}</div>
  </section>`;
}

/** A word that is a name of the format's, such as `failures-exceeded`, is left as it is. */
function capitalised(text: string): string {
  return /^[a-z]+-[a-z]/.test(text) ? text : text.charAt(0).toUpperCase() + text.slice(1);
}

function renderFacts({ state }: Position): Html {
  const { plan } = state;
  const facts: readonly (readonly [string, string])[] = [
    ...(plan.description === null ? [] : [['Description', plan.description] as const]),
    ...timesOf(state),
    ['Devices', `${count(countDevices(plan), 'device')} in ${count(plan.waves.length, 'wave')}`],
    ['Artifact', plan.artifact.uuid],
    ['Region', plan.region],
    ['Plan digest', state.digest],
    ...(state.runner === null ? [] : [['Last run', describeRunner(state.runner.identity)] as const]),
  ];
  return markup`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        markup`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div>`,
    )}
  </dl>`;
}

function timesOf({ phase, startedAt }: RolloutState): readonly (readonly [string, string])[] {
  const started = ['Started', renderMoment(startedAt)] as const;
  const after = (at: number) => `${renderMoment(at)}, after ${renderElapsed(at - startedAt)}`;
  switch (phase.kind) {
    case 'running':
      return [started];
    case 'completed':
      return [started, ['Completed', after(phase.at)]];
    case 'halted':
    case 'closed': {
      const at = phase.kind === 'closed' ? phase.haltedAt : phase.at;
      return [started, [phase.cause.reason === 'operator' ? 'Aborted' : 'Halted', after(at)]];
    }
  }
}
