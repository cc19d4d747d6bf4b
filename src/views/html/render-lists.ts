/** The lists below the tables: orders, gates and hooks, and every event. */
import { renderElapsed } from '../../base/duration.ts';
import { count } from '../../base/text.ts';
import type { RolloutEvent } from '../../rollout/event.ts';
import { renderMoment, renderTimestamp } from '../wording/moments.ts';
import { nameGiver } from '../wording/phrases.ts';
import type { RolloutRecord, TimelineEntry } from '../report/record.ts';
import { EVENT_TONES } from '../tables/tones.ts';
import { markup, lines, NOTHING } from '../../base/markup.ts';
import type { Html } from '../../base/markup.ts';
import type { CommandResult } from '../../rollout/halt-cause.ts';

const ENTRIES_MAX = 1_000;
const COMMANDS_MAX = 200;

export function renderOrders({ state }: RolloutRecord): Html {
  const orders = [...state.orders.values()];
  if (orders.length === 0) return NOTHING;
  return renderSection('orders', 'Orders', [
    markup`<ol class="events">
      ${orders.map(
        ({ kind, order, at, refusal }) =>
          markup`<li>
            ${renderTime(at)}<span><b>${kind}</b> ${nameGiver(order)}${order.reason === null ? '' : `: ${order.reason}`}${
              refusal === null ? NOTHING : markup` <span class="bad-text">refused: ${refusal}</span>`
            }</span>
          </li>`,
      )}
    </ol>`,
  ]);
}

type CommandRun = {
  readonly from: number;
  readonly name: string;
  readonly of: string;
  readonly result: CommandResult | null;
};

export function renderCommands(record: RolloutRecord): Html {
  const runs: readonly CommandRun[] = [
    ...record.waves.flatMap(({ state, gates }) =>
      gates.map(({ from, name, attempt, result }) => ({
        from,
        name: `gate ${name}${attempt === 1 ? '' : `, attempt ${attempt}`}`,
        of: `wave ${state.wave.name}`,
        result,
      })),
    ),
    ...record.hooks.map(({ from, hook, result }) => ({
      from,
      name: `hook ${hook.name}`,
      of: `${hook.point}${hook.wave === null ? '' : `, wave ${hook.wave}`}`,
      result,
    })),
  ].toSorted((a, b) => a.from - b.from);
  if (runs.length === 0) return NOTHING;
  return renderSection('commands', 'Gates and hooks', [
    ...renderMore(runs.length - COMMANDS_MAX, 'earlier one', 'earlier ones'),
    markup`<ol class="events">
      ${runs.slice(-COMMANDS_MAX).map(
        ({ from, name, of, result }) =>
          markup`<li>
            ${renderTime(from)}<span><b>${name}</b> (${of}): ${describeResult(result)}${renderOutput(result)}</span>
          </li>`,
      )}
    </ol>`,
  ]);
}

function describeResult(result: CommandResult | null): Html {
  if (result === null) return markup`still running at the last event`;
  const { outcome, detail, tookMs } = result;
  const isBad =
    outcome === 'failed' || outcome === 'timed-out' || outcome === 'not-started' || outcome === 'lost';
  return markup`<span${isBad ? markup` class="bad-text"` : NOTHING}>${outcome}</span>${detail === '' ? '' : `, ${detail}`}${tookMs === 0 ? '' : `, after ${renderElapsed(tookMs)}`}`;
}

function renderOutput(result: CommandResult | null): Html {
  if (result === null || result.output.trim() === '') return NOTHING;
  return markup`<details>
    <summary>Output</summary>
    <pre tabindex="0">${lines(result.output.trimEnd())}</pre>
  </details>`;
}

export function renderEvents({ timeline }: RolloutRecord): Html {
  return renderSection('events', 'Events', [
    ...renderMore(timeline.length - ENTRIES_MAX, 'earlier event', 'earlier events'),
    markup`<ol class="events">
      ${timeline.slice(-ENTRIES_MAX).map(renderEntry)}
    </ol>`,
  ]);
}

function renderEntry({ at, type, text }: TimelineEntry): Html {
  return markup`<li class="event-${weightOf(type)}">${renderTime(at)}<span>${text}</span></li>`;
}

/** What somebody who reads over the list must not miss. */
function weightOf(type: RolloutEvent['type']): 'bad' | 'good' | 'plain' {
  const tone = EVENT_TONES[type];
  return tone === 'bad' || tone === 'good' ? tone : 'plain';
}

export function renderSection(id: string, title: string, content: readonly Html[]): Html {
  return markup`<section id="${id}" aria-labelledby="${id}-title">
    <h2 id="${id}-title">${title}</h2>
    ${content}
  </section> `;
}

function renderTime(at: number): Html {
  return markup`<time datetime="${renderTimestamp(at)}">${renderMoment(at).replace(' UTC', '')}</time>`;
}

function renderMore(n: number, noun: string, plural: string): readonly Html[] {
  return n <= 0
    ? []
    : [
        markup`<p class="more">
          ${count(n, noun, plural)} not shown; breakwater report --format json lists all.
        </p>`,
      ];
}
