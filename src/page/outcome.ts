/** Where a device stands, as a sign and a word: never by colour alone. */
import { STANDINGS } from '../rollout/bucket.ts';
import { element, sign } from './elements.ts';

export function outcomeBadge(standing: number): HTMLElement {
  const name = STANDINGS[standing] ?? 'waiting';
  return element('span', { class: `outcome outcome-${name}` }, sign(name), name);
}
