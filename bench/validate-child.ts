/**
 * One measurement in a process of its own: `validate-child KIND FILE` prints `{ ms, peakKb, devices }`. Time is from
 * before the file is opened; what importing costs is not in it.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { openAnyFiles } from '../src/files/files.ts';
import { loadPlan } from '../src/plan/load-plan.ts';
import { countDevices } from '../src/plan/rollout-plan.ts';

const [kind = '', file = ''] = process.argv.slice(2);

function measured(): number {
  switch (kind) {
    case 'split':
      return readFileSync(file, 'utf8').split('\n').length;
    case 'parse':
      return Object.keys(parse(readFileSync(file, 'utf8')) as object).length;
    case 'load': {
      const { plan, diagnostics } = loadPlan(file, openAnyFiles(process.cwd()).readFile);
      if (plan === null || diagnostics.length > 0) throw new Error(`${file} has findings`);
      return countDevices(plan);
    }
    default:
      throw new Error(`there is no measurement ${kind}`);
  }
}

const startedAt = performance.now();
const devices = measured();
const ms = performance.now() - startedAt;
console.log(JSON.stringify({ ms, peakKb: process.resourceUsage().maxRSS, devices }));
