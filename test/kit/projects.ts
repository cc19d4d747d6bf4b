import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { breakwater, startBreakwater, startSimulator } from './command.ts';
import { makeFolder } from './folders.ts';

/** Devices that end at once, for a whole rollout in a second or two. */
export const QUICK = 'devices: { duration: { fixed: 20ms } }\n';

/** The first deployment fails; whatever comes after it succeeds. */
export const FAILS_ONCE = `${QUICK}overrides: [{ deployments: [1], outcomes: { failed: 100% } }]\n`;

/** One wave of two devices; more waves may be written behind it. */
export const ONE_WAVE = `version: 1
name: kiosk-1
region: us
artifact: { uuid: 9b1f5f6e-9d2b-4f8a-8a3e-7f0f4b7c1d20 }
waves:
  - name: first
    devices: [k-1, k-2]
`;

/** Two waves, of two devices and of three. */
export const PLAN = `${ONE_WAVE}  - name: the others
    devices: [k-3, k-4, k-5]
`;

export const SETTINGS = 'polling: { minInterval: 50ms, maxInterval: 200ms }\n';

/** A folder with a plan, settings for quick polls and a scenario. */
export function makeProject(scenario: string, plan: string): string {
  const folder = makeFolder();
  writeFileSync(join(folder, 'plan.yaml'), plan);
  writeFileSync(join(folder, 'breakwater.config.yaml'), SETTINGS);
  writeFileSync(join(folder, 'scenario.yaml'), `version: 1\n${scenario}`);
  return folder;
}

/** A project with a simulator of its own, and the command in it. */
export async function openProject(scenario: string, plan: string) {
  const cwd = makeProject(scenario, plan);
  const env = await startSimulator(join(cwd, 'scenario.yaml'));
  return {
    cwd,
    env,
    run: (...args: readonly string[]) => breakwater(args, { cwd, env }),
    start: (...args: readonly string[]) => startBreakwater(args, { cwd, env }),
    write(name: string, text: string) {
      writeFileSync(join(cwd, name), text);
    },
    /** `breakwater status NAME --format json`, parsed. */
    async status(name: string): Promise<Readonly<Record<string, unknown>>> {
      const { stdout } = await breakwater(['status', name, '--format', 'json'], { cwd, env });
      return JSON.parse(stdout) as Readonly<Record<string, unknown>>;
    },
  };
}
