/** The top of the page: what happened, why, and what to do next, in that order. */
import { explain } from '../advice/advice.ts';
import type { Position } from '../advice/advice-lines.ts';
import { renderHtmlBlocks } from '../blocks/render-html.ts';
import { listFacts } from '../report/record-blocks.ts';
import type { RolloutRecord } from '../report/record.ts';
import { describeSituation } from '../tables/situation.ts';
import { SITUATION_TABLE, situationWord } from '../tables/situation-table.ts';
import { totalTally } from '../summary/tallies.ts';
import { TONES } from '../tables/tones.ts';
import { drawSign } from './signs.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { drawTallyBar, renderTally } from './tally-bar.ts';

export function renderTop(record: RolloutRecord, position: Position): Html {
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
    ${renderHtmlBlocks([
      {
        kind: 'labelled',
        parts: [
          { label: 'Why', lines: why },
          { label: 'Next', lines: next },
        ],
      },
    ])}
    <div class="sum">${drawTallyBar(tally)}${renderTally(tally)}</div>
    ${renderHtmlBlocks([{ kind: 'facts', rows: listFacts(record) }])}
  </header>`;
}
