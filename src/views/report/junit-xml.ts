/** The elements of a JUnit document. Only what all of its readers understand is used. */
import { escapeXml } from '../../base/xml.ts';
import { renderTimestamp } from '../wording/moments.ts';

export type Counts = { readonly tests: number; readonly failures: number; readonly skipped: number };

/** Milliseconds since the epoch. */
export type Period = { readonly from: number; readonly to: number };

/** Properties of an element, in their order. */
export type Facts = Readonly<Record<string, string | number>>;

export function openSuite(name: string, { tests, failures, skipped }: Counts, { from, to }: Period): string {
  const facts = { name, tests, failures, errors: 0, skipped, time: seconds(from, to) };
  // Without a zone, as readers of the format expect it; it is UTC.
  return `  <testsuite${attributes({ ...facts, timestamp: renderTimestamp(from).slice(0, 19) })}>\n`;
}

export function renderProperties(facts: Facts): string {
  const lines = Object.entries(facts).map(
    ([name, value]) => `      <property${attributes({ name, value })}/>\n`,
  );
  return `    <properties>\n${lines.join('')}    </properties>\n`;
}

export function child(tag: 'failure' | 'skipped', facts: Facts): string {
  return `      <${tag}${attributes(facts)}/>\n`;
}

export function attributes(facts: Facts): string {
  return Object.entries(facts)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value))}"`)
    .join('');
}

export function seconds(from: number, to: number): string {
  return (Math.max(0, to - from) / 1000).toFixed(3);
}
