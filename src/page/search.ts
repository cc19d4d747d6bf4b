/** Which devices are looked for: those in which each word of a text is found, of one wave or all, in some outcomes or all. */
import type { Attempts, Devices } from './attempts.ts';
import type { PageData } from '../views/html/page-data.ts';

export type Wanted = {
  readonly text: string;
  /** `null` for all of them. */
  readonly wave: number | null;
  /** By the number of a standing; empty for all of them. */
  readonly standings: ReadonlySet<number>;
};

/** A word is looked for in a device's serial, its wave's name, its deployments' keys, ids and request ids, why it was rejected, and what the API said last of it. Of `berlin/1` and `berlin/10`, the one that is named whole is meant. */
export function openSearch(
  data: PageData,
  devices: Devices,
  attempts: Attempts,
): (wanted: Wanted) => Uint32Array {
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

  return ({ text, wave, standings }) => {
    const words = wordsOf(text.toLowerCase());
    const shared = words.map(markShared);
    const found = new Uint32Array(serials.length);
    let count = 0;
    for (const [device, serial] of serials.entries()) {
      if (wave !== null && devices.waves[device] !== wave) continue;
      if (standings.size > 0 && !standings.has(devices.standings[device] ?? 0)) continue;
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
