/** The HTML report in a real browser. */
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { present } from '../../src/base/assert.ts';
import { renderHtml } from '../../src/views/html/render-html.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import { openBrowser, openHtml } from '../kit/browser.ts';
import { makePlan, makeWave } from '../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../kit/rollouts.ts';
import { entryOf, REPORTED } from './reported.ts';
import { COMMANDS } from './told.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

const ENTRIES = Object.entries(REPORTED);

function htmlOf(entry: ReportEntry): string {
  return renderHtml(entry, { now: STARTED_AT + 3_600_000, commands: COMMANDS });
}

function reported(name: string): ReportEntry {
  const entry = REPORTED[name];
  if (entry === undefined) throw new Error(`no rollout ${name}`);
  return entry;
}

/** Of many devices, halted in its second wave. */
function large(): ReportEntry {
  const plan = makePlan([
    makeWave('canary', 20),
    makeWave('fleet', 20_000, { batch: { size: 10_000, parallel: 2 }, maxFailures: { count: 2 } }),
  ]);
  const told = new ToldRollout(plan)
    .deploy('canary')
    .report('canary/1', { success: devicesOf('canary', 1, 20) })
    .deploy('fleet', 1, ['fleet-7'])
    .report('fleet/1', { processing: devicesOf('fleet', 8, 900) })
    .report('fleet/1', { success: devicesOf('fleet', 10, 900), failed: ['fleet-8', 'fleet-9'] });
  return entryOf(told);
}

function serials(page: Page): Promise<string[]> {
  return page.locator('#device-grid .item .cell-serial').allTextContents();
}

describe.each(ENTRIES)('the report of a rollout that is %s', (_, entry) => {
  test('asks nothing of any network, and nothing goes wrong in it', async () => {
    const { page, requests, complaints } = await openHtml(browser, htmlOf(entry));
    await page.locator('#device-grid .item').first().waitFor();
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test.each(['light', 'dark'] as const)('has no fault that axe finds, in %s', async (colorScheme) => {
    const { page } = await openHtml(browser, htmlOf(entry), { colorScheme });
    await page.locator('#device-grid .item').first().waitFor();
    await page.evaluate(axe.source);
    const found = await page.evaluate<{ id: string; target: string }[]>(
      `axe.run().then(({ violations }) => violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => ({ id, target: String(target) }))))`,
    );
    expect(found).toEqual([]);
  });

  test('is no wider than a phone of 360 pixels', async () => {
    const { page } = await openHtml(browser, htmlOf(entry), { viewport: { width: 360, height: 740 } });
    await page.locator('#device-grid .item').first().waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(360);
  });
});

test('hostile text stays text, wherever it stands', async () => {
  const { page, complaints } = await openHtml(browser, htmlOf(reported('hostile')));
  await page.locator('#device-grid .item').first().click();
  await page.locator('#deployment-grid .item').first().click();
  await page.locator('details summary').first().click();
  expect(complaints).toEqual([]);
  expect(await page.locator('script').count()).toBe(2);
  expect(await page.locator('a, iframe, img, object, embed, form').count()).toBe(0);
  expect(await page.locator('#device-grid .detail').innerText()).toContain('<script>alert(1)</script>');
  const text = await page.evaluate<string>('document.documentElement.textContent');
  expect(text).not.toMatch(/[\u0000\u001b\u202e]/);
});

test('its policy lets no other script run', async () => {
  const { page } = await openHtml(browser, htmlOf(reported('halted')));
  await page.evaluate(
    `{ const script = document.createElement('script'); script.append('window.hasRun = true'); try { document.body.append(script); } catch {} }`,
  );
  expect(await page.evaluate('window.hasRun')).toBeUndefined();
});

test('without its style, which Jenkins refuses, signs are as small as text and everything can be read', async () => {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  onTestFinished(() => context.close());
  const page = await context.newPage();
  await page.route('https://reports.example/', (route) =>
    route.fulfill({
      contentType: 'text/html; charset=utf-8',
      headers: {
        'content-security-policy': "sandbox; default-src 'none'; img-src 'self'; style-src 'self';",
      },
      body: htmlOf(present(ENTRIES[0], 'an entry')[1]),
    }),
  );
  await page.goto('https://reports.example/');
  const sizes = await page.evaluate<readonly (readonly [string, number])[]>(
    `[...document.querySelectorAll('svg')].map((one) => [one.getAttribute('class') ?? '', one.getBoundingClientRect().height])`,
  );
  expect(sizes.filter(([kind]) => kind.startsWith('sign ')).length).toBeGreaterThan(3);
  for (const [kind, height] of sizes) {
    if (kind.startsWith('sign ')) expect(height).toBe(12);
    if (kind === 'over' || kind === 'behind') expect(height).toBe(0);
  }
  // Text is not black on black: shapes let through what is behind them.
  const fills = await page.evaluate<readonly string[]>(
    `[...document.querySelectorAll('.lane-picture rect, .lane-picture path')].map((one) => getComputedStyle(one).fill)`,
  );
  expect(new Set(fills)).toEqual(new Set(['rgba(136, 136, 136, 0.267)']));
});

test('without scripts it says what happened, and which devices did not succeed', async () => {
  const { page } = await openHtml(browser, htmlOf(large()), { javaScriptEnabled: false });
  await expect(page.locator('h1').innerText()).resolves.toContain('halted in wave fleet (2 of 2)');
  await expect(page.locator('.lines-why').innerText()).resolves.toContain(
    '3 of 20,000 devices failed, 2 tolerated',
  );
  expect(await page.locator('.lane').count()).toBe(2);
  await expect(page.locator('#printed-devices tbody tr').allInnerTexts()).resolves.toEqual([
    'fleet-8\tfailed\tfleet/1\t',
    'fleet-9\tfailed\tfleet/1\t',
    'fleet-7\trejected\tfleet/1\tnot deployable',
  ]);
  await expect(page.locator('.printed-deployments').innerText()).resolves.toContain('id-fleet-1');
});

describe('the table of devices', () => {
  test('holds only the rows that can be seen, and says how many there are', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    const grid = page.getByRole('grid', { name: 'Devices' });
    await page.locator('#device-grid .item').first().waitFor();
    await expect(grid.getAttribute('aria-rowcount')).resolves.toBe('20021');
    expect(await page.locator('#device-grid .item').count()).toBeLessThan(80);
  });

  test('is searched by serial, deployment, id and reason', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    const found = page.locator('.found');
    for (const [text, count] of [
      ['fleet-19999', '1 of 20,020 devices'],
      ['FLEET-1999', '11 of 20,020 devices'],
      ['canary/1', '20 of 20,020 devices'],
      ['id-fleet-1', '10,000 of 20,020 devices'],
      ['deployable', '1 of 20,020 devices'],
      ['nowhere', '0 of 20,020 devices'],
      ['', '20,020 devices'],
    ] as const) {
      await page.getByRole('searchbox').fill(text);
      expect(await found.innerText()).toBe(count);
    }
  });

  test('is narrowed to outcomes and a wave, by its own choices and by the counts above it', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    await page.getByRole('checkbox', { name: /failed/ }).check();
    expect(await serials(page)).toEqual(['fleet-8', 'fleet-9']);
    await page.getByRole('checkbox', { name: /rejected/ }).check();
    expect(await serials(page)).toEqual(['fleet-7', 'fleet-8', 'fleet-9']);
    await page.getByRole('combobox', { name: 'Wave' }).selectOption('canary');
    expect(await serials(page)).toEqual([]);
    await page.locator('.waves [data-device-status][data-label=rejected] button').click();
    expect(await serials(page)).toEqual(['fleet-7']);
  });

  test('is sorted by a heading, rising, falling, and as the plan has it', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    const heading = page.locator('#device-grid').getByRole('columnheader', { name: 'Outcome' });
    const first = page.locator('#device-grid .item[data-index="0"] .cell-serial');
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('ascending');
    expect(await first.innerText()).toBe('fleet-10001');
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBe('descending');
    expect(await first.innerText()).toBe('fleet-7');
    await heading.getByRole('button').click();
    expect(await heading.getAttribute('aria-sort')).toBeNull();
    expect(await first.innerText()).toBe('canary-1');
  });

  test('is walked through by keyboard, and each device tells its history', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    await page.keyboard.press('/');
    await page.keyboard.type('fleet');
    expect(await page.locator('.found').innerText()).toBe('20,000 of 20,020 devices');
    await page.getByRole('grid', { name: 'Devices' }).focus();
    await page.keyboard.press('End');
    await page.locator('#device-grid .current .cell-serial', { hasText: 'fleet-20000' }).waitFor();
    await page.keyboard.press('Home');
    await page.locator('#device-grid .current .cell-serial', { hasText: /^fleet-1$/ }).waitFor();
    for (let step = 0; step < 7; step++) await page.keyboard.press('ArrowDown');
    const current = page.locator('#device-grid .current');
    expect(await current.locator('.cell-serial').innerText()).toBe('fleet-8');
    const active = await page.getByRole('grid', { name: 'Devices' }).getAttribute('aria-activedescendant');
    expect(await current.locator('.row').getAttribute('id')).toBe(active);
    await page.keyboard.press('Enter');
    const history = await current.locator('.detail').innerText();
    for (const told of ['Deployment fleet/1', 'id-fleet-1', 'sent', 'accepted', 'processing', 'failed'])
      expect(history).toContain(told);
    await page.keyboard.press('Enter');
    expect(await current.locator('.detail').count()).toBe(0);
    await page.getByRole('searchbox').press('Escape');
    expect(await page.locator('.found').innerText()).toBe('20,020 devices');
  });

  test('shows the devices of a deployment that is pointed at', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    await page.locator('#deployment-grid .item').first().click();
    await page.getByRole('button', { name: 'Show its devices' }).click();
    expect(await page.locator('.found').innerText()).toBe('20 of 20,020 devices');
  });
});

describe('on paper', () => {
  test('the devices that did not succeed stand instead of the table', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('#device-grid').isVisible()).toBe(false);
    expect(await page.locator('#printed-devices tbody tr').count()).toBe(3);
  });

  test('it is what was searched for, within bounds', async () => {
    const { page } = await openHtml(browser, htmlOf(large()));
    await page.getByRole('searchbox').fill('fleet');
    await page.pdf();
    await page.emulateMedia({ media: 'print' });
    await expect(page.locator('#printed-devices > p').innerText()).resolves.toBe(
      '20,000 devices found by the search, the first 1,000:',
    );
    expect(await page.locator('#printed-devices tbody tr').count()).toBe(1_000);
  });
});
