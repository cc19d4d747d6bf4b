/** Where a device stands, as a sign and a word: never by colour alone. */
import { DEVICE_STATUSES } from '../rollout/device-status.ts';
import { element, sign } from './elements.ts';

export function outcomeBadge(standing: number): HTMLElement {
  const name = DEVICE_STATUSES[standing] ?? 'waiting';
  return element('span', { class: `outcome outcome-${name}` }, sign(name), name);
}
