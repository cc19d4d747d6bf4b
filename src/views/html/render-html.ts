/**
 * `breakwater report NAME --format html`: one file that holds all it needs and asks for nothing. It reads without scripts
 * too; with them, its tables of devices and deployments can be searched and sorted.
 *
 * What stands in it comes from plans, hooks and servers. Nothing of it is ever taken for HTML or for code: text is
 * escaped here and set as text there, and the page's own policy lets nothing run but its one script, and nothing be
 * fetched at all.
 */
import { createHash } from 'node:crypto';
import type { Commands } from '../wording/commands.ts';
import { PAGE_SCRIPT, PAGE_STYLE } from '../generated/page.js';
import { renderMoment } from '../wording/moments.ts';
import { renderHtmlBlocks } from '../blocks/render-html.ts';
import { deploymentsTable, devicesTable } from '../report/record-blocks.ts';
import type { ReportEntry } from '../report/record.ts';
import { describeSituation, situationOf } from '../tables/situation.ts';
import type { Situation } from '../tables/situation.ts';
import { SITUATION_TABLE } from '../tables/situation-table.ts';
import { TONES } from '../tables/tones.ts';
import { encodePage } from './encode-page.ts';
import { embedJson, Html, markup } from '../../base/markup.ts';
import { renderCommands, renderEvents, renderOrders, renderSection } from './render-lists.ts';
import { renderTimeline } from './render-timeline.ts';
import { renderTop } from './render-top.ts';
import { renderWaves } from './render-waves.ts';
import { renderSigns } from './signs.ts';

export type HtmlOptions = {
  /** Epoch milliseconds. */
  readonly now: number;
  readonly commands: Commands;
};

/** Of each outcome. */
const DEVICES_MAX = 500;
const DEPLOYMENTS_MAX = 500;

export function renderHtml(entry: ReportEntry, { now, commands }: HtmlOptions): string {
  const { record, isHeld, holder = null, orders = [] } = entry;
  const { state, deployments } = record;
  const situation = situationOf(state, entry);
  const position = { state, situation, commands, isHeld, holder, orders, now };
  // Nothing is known of the time after the last event, unless a runner is active.
  const until = isHeld ? now : state.updatedAt;
  const failing = devicesTable(state, DEVICES_MAX);
  const body = [
    renderTop(record, position),
    renderSection('timeline', 'Timeline', [renderTimeline(record, until)]),
    renderSection('waves', 'Waves', [renderWaves(record.waves, until)]),
    renderSection('devices', 'Devices', [
      markup`<div id="device-table">
          <noscript><p>Without scripts, this list has only the devices that did not succeed.</p></noscript>
        </div>
        <div id="printed-devices">${
          failing.rows.length === 0 ? markup`<p>No device has failed.</p>` : renderHtmlBlocks([failing])
        }</div>`,
    ]),
    deployments.size === 0
      ? markup`<div id="deployment-table" hidden></div>`
      : // Scripts replace it with a table that can be searched; it is printed if it is not too long.
        renderSection('deployments', 'Deployments', [
          markup`<div id="deployment-table"></div>
            <div class="printed-deployments">
              ${renderHtmlBlocks([deploymentsTable(record, DEPLOYMENTS_MAX)])}
            </div>`,
        ]),
    renderOrders(record),
    renderCommands(record),
    renderEvents(record),
  ];
  const page = markup`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta http-equiv="Content-Security-Policy" content="${policy()}" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="generator" content="breakwater" />
        <title>${describeSituation(state, situation)}</title>
        <link rel="icon" href="${iconOf(situation)}" />
        <style>${new Html(PAGE_STYLE)}</style>
      </head>
      <body>
        ${renderSigns()}
        <main>${body}</main>
        <footer>
          <p>Written ${renderMoment(now)} from the record of ${state.plan.name}. Times are UTC.</p>
        </footer>
        <script type="application/json" id="data">${embedJson(encodePage(record))}</script>
        <script>${new Html(PAGE_SCRIPT)}</script>
      </body>
    </html> `;
  return page.text;
}

function policy(): string {
  return [
    "default-src 'none'",
    `script-src ${hashOf(PAGE_SCRIPT)}`,
    `style-src ${hashOf(PAGE_STYLE)}`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; ');
}

function hashOf(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** In the row of a browser's tabs, which of many reports is the bad one. */
function iconOf({ kind }: Situation): string {
  const { icon } = TONES[SITUATION_TABLE[kind].tone];
  const svg = `<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><circle cx='8' cy='8' r='7' fill='#${icon}'/></svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
