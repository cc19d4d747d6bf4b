/** The tables of a report in Markdown below its timeline. `null` for one that has nothing to tell. */
import { escapeMarkdown, markdownCode } from '../../base/markdown.ts';
import type { MarkdownColumn } from '../../base/markdown.ts';
import { renderNumber } from '../../base/text.ts';
import type { CommandResult } from '../../rollout/event.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { failingDevices } from '../status/devices.ts';
import { renderMoment } from '../wording/moments.ts';
import { notesOn } from '../wording/device-facts.ts';
import { describeNoDeployment, describeResult, nameGiver, nameHook, nameWave } from '../wording/phrases.ts';
import type { StatusEntry } from '../tables/situation.ts';
import { describeTally, FAILURES } from '../summary/tallies.ts';
import { requestIdsOf } from './deployment-facts.ts';
import { clip, tableWithin } from './markdown-parts.ts';
import type { MarkdownPart } from './markdown-parts.ts';
import type { DeploymentRecord, RolloutRecord } from './record.ts';

const ROWS_MAX = 200;

function leftAligned(...titles: readonly string[]): readonly MarkdownColumn[] {
  return titles.map((title) => ({ title, align: 'left' }));
}

export function devicesPart(state: RolloutState): MarkdownPart | null {
  const groups = FAILURES.map((bucket) => failingDevices(state, bucket, ROWS_MAX));
  const total = groups.reduce((sum, group) => sum + group.total, 0);
  if (total === 0) return null;
  const rows = groups.flatMap(({ bucket, devices }) =>
    devices.map((device) => [
      markdownCode(device.serial),
      `${bucket}${device.isAcknowledged ? ', acknowledged' : ''}`,
      markdownCode(device.deployment),
      escapeMarkdown(clip(notesOn(device).join('; '))),
    ]),
  );
  const columns = leftAligned('device', 'ended as', 'deployment', 'reason');
  return tableWithin({
    title: `Devices that did not succeed (${renderNumber(total)})`,
    columns,
    rows,
    total,
    chars: 13_000,
  });
}

export function deploymentsPart({ deployments }: RolloutRecord): MarkdownPart | null {
  if (deployments.size === 0) return null;
  const rows = [...deployments.values()].slice(0, ROWS_MAX).map(deploymentRow);
  const columns = leftAligned('deployment', 'id', 'request id', 'posted', 'ended', 'what came of it');
  return tableWithin({ title: 'Deployments', columns, rows, total: deployments.size, chars: 8_000 });
}

function deploymentRow(deployment: DeploymentRecord): readonly string[] {
  const { key, call, intendedAt, tally } = deployment.state;
  return [
    markdownCode(key),
    call.kind === 'accepted' ? markdownCode(clip(call.deploymentId)) : '',
    requestIdsOf(deployment)
      .map((id) => markdownCode(clip(id)))
      .join(' '),
    renderMoment(intendedAt),
    deployment.endedAt === null ? '' : renderMoment(deployment.endedAt),
    escapeMarkdown(clip(describeNoDeployment(call) ?? describeTally(tally))),
  ];
}

/** Hooks and gates that did not pass. */
export function commandsPart({ waves, hooks }: RolloutRecord): MarkdownPart | null {
  const gates = waves.flatMap(({ state, gates: runs }) =>
    runs.map(({ to, name, attempt, result }) => ({
      at: to,
      what: `gate ${name} of ${nameWave(state.wave.name)}, attempt ${attempt}`,
      result,
    })),
  );
  const told = hooks.map(({ hook, from, to, result }) => ({ at: to ?? from, what: nameHook(hook), result }));
  const rows = [...gates, ...told]
    .filter(({ result }) => result === null || !isQuiet(result))
    .map(({ at, what, result }) => [
      at === null ? '' : renderMoment(at),
      escapeMarkdown(clip(what)),
      result === null ? 'under way' : escapeMarkdown(clip(describeResult(result))),
    ]);
  if (rows.length === 0) return null;
  const columns = leftAligned('time', 'hook or gate', 'what came of it');
  return tableWithin({ title: 'Hooks and gates that did not pass', columns, rows, chars: 4_000 });
}

function isQuiet({ outcome }: CommandResult): boolean {
  return outcome === 'passed' || outcome === 'skipped';
}

export function ordersPart({ state, orders = [] }: StatusEntry): MarkdownPart | null {
  const answered = [...state.orders.values()].map(({ kind, order, at, refusal }) => ({
    kind,
    order,
    at,
    outcome: refusal === null ? 'obeyed' : `not obeyed: ${refusal}`,
  }));
  const waiting = orders.map((order) => ({
    kind: order.kind,
    order,
    at: order.givenAt,
    outcome: 'not taken up yet',
  }));
  const rows = [...answered, ...waiting].map(({ kind, order, at, outcome }) => [
    renderMoment(at),
    kind,
    escapeMarkdown(clip(nameGiver(order))),
    escapeMarkdown(clip(order.reason ?? '')),
    escapeMarkdown(clip(outcome)),
  ]);
  if (rows.length === 0) return null;
  return tableWithin({
    title: 'Orders',
    columns: leftAligned('time', 'order', 'who', 'why', 'outcome'),
    rows,
    chars: 4_000,
  });
}
