/** The devices: looked for by text, wave and outcome, and listed. */
import { count, renderNumber } from '../base/text.ts';
import { DEVICE_STATUSES } from '../rollout/device-status.ts';
import { deviceColumns } from './device-columns.ts';
import { deviceHistory } from './device-history.ts';
import { element, outcomeBadge } from './elements.ts';
import { openGrid, ROWS_MAX } from './grid.ts';
import type { Report, Attempts, Devices } from './report.ts';
import type { PageData } from '../views/html/page-data.ts';

export type DeviceTable = {
  /** Shows only the devices of a wave and an outcome, or of a deployment. */
  readonly narrow: (to: Partial<Narrowing>) => void;
  /** Listed now, and whether they are all of them. */
  readonly listed: () => { readonly devices: Uint32Array; readonly isAll: boolean };
};

type Narrowing = { readonly text: string; readonly wave: number | null; readonly deviceStatus: number };

export function openDeviceTable(host: HTMLElement, report: Report): DeviceTable {
  const { devices, data } = report;
  const search = openSearch(data, devices, report.attempts);
  const field = element('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Serial, deployment, id, reason',
    'aria-keyshortcuts': '/',
    spellcheck: 'false',
    autocomplete: 'off',
  });
  const waves = makeWaveChoice(report);
  const outcomes = makeOutcomeChoice(report);
  const found = element('output', { class: 'found', for: 'search' });
  const copy = element('button', { type: 'button', class: 'quiet' }, 'Copy serials');
  const table = element('div', { id: 'device-grid' });
  host.replaceChildren(
    element(
      'div',
      { class: 'filters', role: 'search', 'aria-label': 'Devices' },
      element(
        'label',
        { class: 'field grow' },
        element('span', {}, 'Search ', element('kbd', {}, '/')),
        field,
      ),
      ...(data.waves.length > 1
        ? [element('label', { class: 'field' }, element('span', {}, 'Wave'), waves)]
        : []),
      outcomes.element,
    ),
    element('div', { class: 'found-line' }, found, copy),
    table,
  );
  const grid = openGrid({
    host: table,
    label: 'Devices',
    columns: deviceColumns(report),
    detail: (device) => deviceHistory(device, report),
    empty: 'No device matches.',
  });

  field.addEventListener('input', refresh);
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') narrow({});
  });
  waves.addEventListener('change', refresh);
  outcomes.element.addEventListener('change', refresh);
  copy.addEventListener('click', () => void copySerials());
  document.addEventListener('keydown', (event) => {
    if (event.key !== '/' || isTyping(event)) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
  refresh();

  function refresh(): void {
    const wave = waves.value === '' ? null : Number(waves.value);
    const rows = search({ text: field.value, wave, deviceStatuses: outcomes.chosen() });
    grid.show(rows);
    found.value = describeFound(rows.length);
    copy.disabled = rows.length === 0;
  }

  function describeFound(n: number): string {
    const all = devices.serials.length;
    const what = n === all ? count(n, 'device') : `${renderNumber(n)} of ${count(all, 'device')}`;
    return n <= ROWS_MAX ? what : `${what}; only the first ${renderNumber(ROWS_MAX)} are listed`;
  }

  async function copySerials(): Promise<void> {
    const rows = grid.rows();
    const text = [...rows].map((device) => devices.serials[device]).join('\n');
    try {
      await navigator.clipboard.writeText(text);
      found.value = `${count(rows.length, 'serial')} copied`;
    } catch {
      found.value = 'The browser does not allow this page to copy';
    }
  }

  function narrow({ text = '', wave = null, deviceStatus }: Partial<Narrowing>): void {
    field.value = text;
    waves.value = wave === null ? '' : String(wave);
    outcomes.choose(deviceStatus ?? null);
    refresh();
  }

  return {
    narrow: (to) => {
      narrow(to);
      host.scrollIntoView();
      table.querySelector<HTMLElement>('[role=grid]')?.focus({ preventScroll: true });
    },
    listed: () => ({ devices: grid.rows(), isAll: grid.rows().length === devices.serials.length }),
  };
}

function makeWaveChoice({ data }: Report): HTMLSelectElement {
  return element(
    'select',
    { id: 'wave' },
    element('option', { value: '' }, 'all waves'),
    ...data.waves.map(({ name }, index) => element('option', { value: index }, name)),
  );
}

type OutcomeChoice = {
  readonly element: HTMLElement;
  readonly chosen: () => ReadonlySet<number>;
  readonly choose: (deviceStatus: number | null) => void;
};

function makeOutcomeChoice({ devices }: Report): OutcomeChoice {
  const counts = new Uint32Array(DEVICE_STATUSES.length);
  for (const deviceStatus of devices.deviceStatuses) counts[deviceStatus] = (counts[deviceStatus] ?? 0) + 1;
  const boxes = DEVICE_STATUSES.flatMap((_, deviceStatus) =>
    counts[deviceStatus] === 0 ? [] : [element('input', { type: 'checkbox', value: deviceStatus })],
  );
  const labels = boxes.map((box) =>
    element(
      'label',
      { class: 'chip' },
      box,
      outcomeBadge(Number(box.value)),
      element('span', { class: 'n' }, renderNumber(counts[Number(box.value)] ?? 0)),
    ),
  );
  return {
    element: element('fieldset', { class: 'chips' }, element('legend', {}, 'Outcome'), ...labels),
    chosen: () => new Set(boxes.filter(({ checked }) => checked).map(({ value }) => Number(value))),
    choose: (deviceStatus) => {
      for (const box of boxes) box.checked = Number(box.value) === deviceStatus;
    },
  };
}

function isTyping({ target, ctrlKey, metaKey, altKey }: KeyboardEvent): boolean {
  return (
    ctrlKey || metaKey || altKey || target instanceof HTMLInputElement || target instanceof HTMLSelectElement
  );
}

type Wanted = {
  readonly text: string;
  /** `null` for all of them. */
  readonly wave: number | null;
  /** By the number of a device status; empty for all of them. */
  readonly deviceStatuses: ReadonlySet<number>;
};

/** A word is looked for in a device's serial, its wave's name, its deployments' keys, ids and request ids, why it was rejected, and what the API said last of it. Of `berlin/1` and `berlin/10`, the one that is named whole is meant. */
function openSearch(data: PageData, devices: Devices, attempts: Attempts): (wanted: Wanted) => Uint32Array {
  const serials = devices.serials.map((serial) => serial.toLowerCase());
  const waves = data.waves.map(({ name }) => name.toLowerCase());
  const names = data.deployments.map(({ key, id, requestId }) =>
    [key, id ?? '', requestId ?? ''].map((name) => name.toLowerCase()),
  );

  /** By device, 1 where the word is found in what it shares with others. */
  function markShared(word: string): Uint8Array {
    const marks = new Uint8Array(serials.length);
    const inWave = waves.map((name) => name.includes(word));
    const isExact = names.some((all) => all.includes(word));
    const inDeployment = names.map((all) =>
      isExact ? all.includes(word) : all.some((name) => name.includes(word)),
    );
    if (inWave.includes(true))
      devices.waves.forEach((wave, device) => (marks[device] = inWave[wave] === true ? 1 : 0));
    if (inDeployment.includes(true)) {
      attempts.deployments.forEach((deployment, attempt) => {
        if (inDeployment[deployment] === true) marks[attempts.devices[attempt] ?? 0] = 1;
      });
    }
    for (const [attempt, reason] of attempts.reasonOf) {
      if (reason.toLowerCase().includes(word)) marks[attempts.devices[attempt] ?? 0] = 1;
    }
    return marks;
  }

  return ({ text, wave, deviceStatuses }) => {
    const words = wordsOf(text.toLowerCase());
    const shared = words.map(markShared);
    const found = new Uint32Array(serials.length);
    let count = 0;
    for (const [device, serial] of serials.entries()) {
      if (wave !== null && devices.waves[device] !== wave) continue;
      if (deviceStatuses.size > 0 && !deviceStatuses.has(devices.deviceStatuses[device] ?? 0)) continue;
      if (words.every((word, at) => shared[at]?.[device] === 1 || serial.includes(word))) {
        found[count] = device;
        count++;
      }
    }
    return found.slice(0, count);
  };
}

/** What stands in quotation marks is one word. */
function wordsOf(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"?|\S+/g)]
    .map(([all, quoted]) => quoted ?? all)
    .filter((word) => word !== '');
}
