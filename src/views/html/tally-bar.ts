/** Where devices are, as a bar and in words. */
import { renderNumber } from '../../base/text.ts';
import { namesOf } from '../../plan/format/key.ts';
import { DEVICE_OUTCOMES, DEVICE_STATUSES } from '../../rollout/device-status.ts';
import type { DeviceOutcome, DeviceStatus, Tally } from '../../rollout/device-status.ts';
import { numberOf, outcomeBadge } from './signs.ts';
import { markup, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import { percent } from './shapes.ts';

const OPEN: { readonly [Status in Exclude<DeviceStatus, DeviceOutcome>]: true } = {
  processing: true,
  accepted: true,
  waiting: true,
};

/** Best first; what has not ended last. */
const ORDER: readonly DeviceStatus[] = [...DEVICE_OUTCOMES, ...namesOf(OPEN)];

/** However few they are, failures can be seen. */
const SHARE_MIN = 0.006;

export function drawTallyBar(tally: Tally): Html {
  const total = DEVICE_STATUSES.reduce((sum, deviceStatus) => sum + tally[deviceStatus], 0);
  if (total === 0) return NOTHING;
  const shares = ORDER.map((deviceStatus) => {
    const share = tally[deviceStatus] / total;
    return { deviceStatus, share: share > 0 ? Math.max(share, SHARE_MIN) : 0 };
  }).filter(({ share }) => share > 0);
  const sum = shares.reduce((all, { share }) => all + share, 0);
  let at = 0;
  return markup`<svg class="tally-bar" fill="#8884" width="100%" height="12" aria-hidden="true">
    ${shares.map(({ deviceStatus, share }) => {
      const x = at;
      at += share / sum;
      return markup`<rect
        class="fill-${deviceStatus}"
        x="${percent(x)}%"
        width="${percent(share / sum)}%"
        height="12"
      />`;
    })}
  </svg>`;
}

/** A count each of what there is, which leads to those devices. */
export function renderTally(tally: Tally): Html {
  const there = ORDER.filter((deviceStatus) => tally[deviceStatus] > 0);
  return markup`<ul class="tally">
    ${there.map(
      (deviceStatus) =>
        markup`<li data-device-status="${numberOf(deviceStatus)}">
          <b>${renderNumber(tally[deviceStatus])}</b> ${outcomeBadge(deviceStatus)}
        </li>`,
    )}
  </ul>`;
}
