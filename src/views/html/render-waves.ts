/** The waves, and how many of their devices are in which outcome. */
import { renderElapsed } from '../../base/duration.ts';
import { renderNumber } from '../../base/text.ts';
import { DEVICE_OUTCOMES, inFlightOf } from '../../rollout/device-status.ts';
import type { DeviceStatus } from '../../rollout/device-status.ts';
import { tolerated } from '../wording/phrases.ts';
import type { WaveRecord } from '../report/record.ts';
import { numberOf, waveBadge } from './signs.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { drawTallyBar } from './tally-bar.ts';

/** `until`: how long one that has not ended has been going. */
export function renderWaves(waves: readonly WaveRecord[], until: number): Html {
  const titles = ['Wave', 'State', 'Devices', ...DEVICE_OUTCOMES, 'in flight', 'waiting', 'Limit', 'Took'];
  const head = titles.map(
    (title, column) =>
      markup`<th
        scope="col"
        role="columnheader"
        ${column > 1 && title !== 'Limit' ? markup` class="number"` : NOTHING}
      >
        ${title}
      </th>`,
  );
  return markup`<table class="waves" role="table" aria-label="Waves">
    <thead role="rowgroup">
      <tr role="row">
        ${head}
      </tr>
    </thead>
    <tbody role="rowgroup">
      ${waves.map((wave, index) => renderWave(wave, index, until))}
    </tbody>
  </table>`;
}

function renderWave(wave: WaveRecord, index: number, until: number): Html {
  const { wave: plan, tally, phase } = wave.state;
  const cell = (title: string, n: number, deviceStatus: DeviceStatus | null) => {
    const leads =
      deviceStatus === null || n === 0
        ? NOTHING
        : markup` data-device-status="${numberOf(deviceStatus)}" data-wave="${index}"`;
    return markup`<td role="cell" class="number${n === 0 ? ' zero' : ''}" data-label="${title}" ${leads}>
      ${renderNumber(n)}
    </td>`;
  };
  return markup`<tr role="row" class="wave-${phase}">
    <th scope="row" role="rowheader">${plan.name}${drawTallyBar(tally)}</th>
    <td role="cell">${waveBadge(wave.state)}</td>
    ${cell('devices', plan.devices.length, null)}${DEVICE_OUTCOMES.map((deviceOutcome) => cell(deviceOutcome, tally[deviceOutcome], deviceOutcome))}${cell('in flight', inFlightOf(tally), inFlightOf(tally) === tally.accepted ? 'accepted' : 'processing')}${cell('waiting', tally.waiting, 'waiting')}
    <td role="cell" class="limit">${describeLimit(wave)}</td>
    <td role="cell" class="number took">${describeTime(wave, until)}</td>
  </tr> `;
}

function describeLimit({ judgement }: WaveRecord): string {
  return judgement.needed === null
    ? `${tolerated(judgement.tolerated)} tolerated`
    : `${renderNumber(judgement.needed)} must succeed`;
}

function describeTime({ state: { startedAt, endedAt } }: WaveRecord, until: number): string {
  return startedAt === null ? '' : renderElapsed((endedAt ?? until) - startedAt);
}
