/**
 * How quickly the HTML report of many devices opens, is searched and sorted, and how evenly it scrolls, in a real browser:
 * `npx tsx bench/page.ts [DEVICES]`.
 *
 * Each figure is the median of fresh pages. Beside them stands what a browser takes to read the same bytes as plain text.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { composeCommands } from '../src/views/wording/commands.ts';
import { renderHtml } from '../src/views/html/render-html.ts';
import { foldRecord } from '../src/views/report/fold-record.ts';
import type { Serial } from '../src/plan/identifiers.ts';
import { makePlan, makeWave } from '../test/kit/plans.ts';
import { STARTED_AT, ToldRollout } from '../test/kit/rollouts.ts';

const DEVICES = Number(process.argv[2] ?? 100_000);
const WAVES = 20;
const BATCH = 500;
const ROUNDS = 5;
const FRAMES = 120;

/** Jumps far in each frame, so that no row is there yet, and counts what the main thread was busy for. */
const SCROLL = `new Promise((resolve) => {
  const grid = document.querySelector('#device-grid .grid');
  const times = [];
  const step = () => {
    const at = performance.now();
    grid.scrollTop = (times.length * 7919 * 34) % (grid.scrollHeight - grid.clientHeight);
    grid.dispatchEvent(new Event('scroll'));
    grid.offsetHeight;
    times.push(performance.now() - at);
    if (times.length < ${FRAMES}) requestAnimationFrame(step); else resolve(times);
  };
  requestAnimationFrame(step);
})`;

const folder = mkdtempSync(join(tmpdir(), 'breakwater-bench-'));
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});
try {
  const record = foldRecord(tellLarge().events);
  if (record === null) throw new Error('nothing was told');
  const { plan } = record.state;
  const commands = composeCommands({
    name: plan.name,
    rollbackOf: null,
    planPath: null,
    state: null,
    simulate: null,
  });
  const startedAt = performance.now();
  const html = renderHtml({ record, isHeld: false }, { now: STARTED_AT, commands });
  const renderMs = performance.now() - startedAt;
  writeFileSync(join(folder, 'report.html'), html);
  writeFileSync(join(folder, 'plain.txt'), html);
  console.log(
    `${DEVICES} devices in ${WAVES} waves; a page of ${(html.length / 1e6).toFixed(1)} MB; ${browser.version()}`,
  );
  console.log(`rendered by the command in ${Math.round(renderMs)} ms\n`);
  const rounds: Figures[] = [];
  for (let round = 0; round < ROUNDS; round++) rounds.push(await measure(browser));
  const tell = (what: string, of: (figures: Figures) => number, unit = 'ms') => {
    console.log(`${what.padEnd(46)} ${median(rounds.map(of)).toFixed(1).padStart(8)} ${unit}`);
  };
  tell('the same bytes as plain text, loaded', ({ plain }) => plain);
  tell('opened: first rows shown, sortable', ({ open }) => open);
  tell('  as a multiple of that', ({ open, plain }) => open / plain, '×');
  tell('a search of all devices', ({ search }) => search);
  tell('sorted by serial for the first time', ({ sort }) => sort);
  tell('sorted by time', ({ sortTime }) => sortTime);
  tell('scrolling: script and layout of a frame, median', ({ frame }) => frame);
  tell('scrolling: the same, 95th percentile', ({ frame95 }) => frame95);
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}

type Figures = Readonly<
  Record<'plain' | 'open' | 'search' | 'sort' | 'sortTime' | 'frame' | 'frame95', number>
>;

async function measure(from: Browser): Promise<Figures> {
  const plain = await withPage(from, 'plain.txt', (page) => page.evaluate<number>(`performance.now()`));
  return withPage(from, 'report.html', async (page) => {
    // From the start of the navigation, by the browser's own clock.
    const open = await page.evaluate<number>(
      `new Promise((resolve) => { const look = () => document.querySelector('#device-grid .item') === null ? requestAnimationFrame(look) : requestAnimationFrame(() => resolve(performance.now())); look(); })`,
    );
    const act = (script: string) =>
      page.evaluate<number>(
        `new Promise((resolve) => { const at = performance.now(); ${script}; document.querySelector('#device-grid .grid').offsetHeight; resolve(performance.now() - at); })`,
      );
    const type = (text: string) =>
      act(
        `const field = document.getElementById('search'); field.value = '${text}'; field.dispatchEvent(new Event('input'))`,
      );
    const press = (name: string) =>
      act(`document.querySelector('#device-grid .grid-head .cell-${name} button').click()`);
    const search = await type('abc');
    await type('');
    const sort = await press('serial');
    const sortTime = await press('ended');
    const frames = await page.evaluate<number[]>(SCROLL);
    const sorted = frames.toSorted((a, b) => a - b);
    return {
      plain,
      open,
      search,
      sort,
      sortTime,
      frame: median(frames),
      frame95: sorted[Math.floor(sorted.length * 0.95)] ?? NaN,
    };
  });
}

async function withPage<T>(from: Browser, file: string, work: (page: Page) => Promise<T>): Promise<T> {
  const context = await from.newContext({ viewport: { width: 1280, height: 900 } });
  try {
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, file)).href, { waitUntil: 'load' });
    return await work(page);
  } finally {
    await context.close();
  }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** Every device with a time of its own to end at, within its poll; one in two hundred fails. */
function tellLarge(): ToldRollout {
  const size = DEVICES / WAVES;
  const waves = Array.from({ length: WAVES }, (_, wave) =>
    makeWave(`wave-${wave + 1}`, size, {
      devices: Array.from(
        { length: size },
        (_unused, index) => createHash('md5').update(`${wave}/${index}`).digest('hex') as Serial,
      ),
      maxFailures: { partsPerMillion: 50_000 },
      batch: { size: BATCH, parallel: 4 },
    }),
  );
  const told = new ToldRollout(makePlan(waves));
  for (const { name, devices } of waves) {
    for (let batch = 1; batch <= size / BATCH; batch++) {
      const of = devices.slice((batch - 1) * BATCH, batch * BATCH);
      const half = of.length / 2;
      told.deploy(name, batch).report(`${name}/${batch}`, { processing: of });
      told.report(`${name}/${batch}`, { success: of.slice(0, half) });
      told.report(`${name}/${batch}`, {
        success: of.slice(half).filter((_, index) => index % 100 !== 0),
        failed: of.slice(half).filter((_, index) => index % 100 === 0),
      });
    }
  }
  return told;
}
