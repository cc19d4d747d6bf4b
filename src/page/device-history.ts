/** What happened to one device, attempt by attempt. */
import { DEVICE_STATUSES } from '../rollout/device-status.ts';
import { element, outcomeBadge } from './elements.ts';
import type { Report } from './report.ts';
import type { PageDeployment } from '../views/html/page-data.ts';

export function deviceHistory(device: number, report: Report): HTMLElement {
  const all = report.devices.attemptsOf(device);
  if (all.length === 0) return element('p', {}, 'No deployment included this device.');
  return element('ol', { class: 'history' }, ...all.map((attempt) => attemptItem(attempt, report)));
}

function attemptItem(attempt: number, report: Report): HTMLElement {
  const { data, attempts } = report;
  const deployment = data.deployments[attempts.deployments[attempt] ?? 0];
  if (deployment === undefined) return element('li');
  return element(
    'li',
    {},
    element('strong', {}, `Deployment ${deployment.key}`),
    deploymentIds(deployment),
    element('ul', { class: 'steps' }, ...stepsOf(attempt, deployment, report)),
  );
}

/** What the vendor's support asks for. */
export function deploymentIds({ id, requestId }: PageDeployment): HTMLElement {
  const list = element('dl', { class: 'ids' });
  if (id !== null) list.append(...pair('id', id));
  if (requestId !== null) list.append(...pair('request id', requestId));
  return list;
}

function pair(name: string, value: string): readonly HTMLElement[] {
  return [element('div', {}, element('dt', {}, name), element('dd', {}, element('code', {}, value)))];
}

function stepsOf(
  attempt: number,
  deployment: PageDeployment,
  { attempts, times }: Report,
): readonly HTMLElement[] {
  const deviceStatus = attempts.deviceStatuses[attempt] ?? 0;
  const seenAt = attempts.seenAt[attempt] ?? NaN;
  const endedAt = attempts.endedAt[attempt] ?? NaN;
  const reason = attempts.reasonOf.get(attempt);
  const late = attempts.lateOf.get(attempt);
  const step = (at: number | null, ...what: readonly (Node | string)[]) =>
    element('li', {}, element('time', {}, times.render(at)), element('span', {}, ...what));
  const ended = [outcomeBadge(deviceStatus), ...(reason === undefined ? [] : [` ${reason}`])];
  return [
    step(deployment.postedAt, 'sent'),
    ...(deployment.acceptedAt === null ? [] : [step(deployment.acceptedAt, 'accepted')]),
    ...(deployment.note === null ? [] : [step(null, deployment.note)]),
    ...(Number.isNaN(seenAt) ? [] : [step(seenAt, 'first listed as processing')]),
    ...(Number.isNaN(endedAt) ? [] : [step(endedAt, ...ended)]),
    ...(isOpen(deviceStatus) && deployment.acceptedAt !== null
      ? [step(null, outcomeBadge(deviceStatus), ' at the last event')]
      : []),
    ...(late === undefined ? [] : [step(late.at, `${late.outcome}, too late to count`)]),
    ...(attempts.acknowledged[attempt] === 1 ? [step(null, 'the failure was acknowledged')] : []),
    ...(attempts.superseded[attempt] === 1 ? [step(null, 'retried')] : []),
  ];
}

function isOpen(deviceStatus: number): boolean {
  const name = DEVICE_STATUSES[deviceStatus];
  return name === 'accepted' || name === 'processing';
}
