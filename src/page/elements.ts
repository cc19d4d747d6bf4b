/** Making elements. Text goes in as text, always: the page sets no HTML. */
import { DEVICE_STATUSES } from '../rollout/device-status.ts';

type Attributes = Readonly<Record<string, string | number | boolean>>;

export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: readonly (Node | string)[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    // An attribute that is only there or not.
    if (typeof value === 'boolean') made.toggleAttribute(name, value);
    else made.setAttribute(name, String(value));
  }
  made.append(...children);
  return made;
}

/** One of the page's own signs, by its name. */
export function sign(name: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `sign sign-${name}`);
  // As wide as text, where the page's style is refused.
  svg.setAttribute('width', '12');
  svg.setAttribute('height', '12');
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `#sign-${name}`);
  svg.append(use);
  return svg;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Throws for an element that the page was not rendered with. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`#${id} is missing`);
  return found;
}

export function outcomeBadge(deviceStatus: number): HTMLElement {
  const name = DEVICE_STATUSES[deviceStatus] ?? 'waiting';
  return element('span', { class: `outcome outcome-${name}` }, sign(name), name);
}
