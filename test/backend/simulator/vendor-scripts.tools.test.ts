/** The two shell scripts that the vendor's customers run, pointed at the simulator: if these pass, so does the contract. */
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { systemClock } from '../../../src/base/clock.ts';
import type { CallRecord } from '../../../src/backend/simulator/ledger.ts';
import { makeFolder } from '../../kit/folders.ts';
import { ARTIFACT, CREDENTIALS, deploymentIdOf, makeScenario, openTestSimulator } from './kit.ts';

const FIXTURES = join(import.meta.dirname, '../..', 'fixtures', 'simulator');
const SERIAL = 'a41c03c45e1c11ec9389bba7faa790bc';

const CONFIGURATION = {
  keyid: 'Your ApiKeyID',
  secret: 'Your ApiSecret',
  device_sn: 'Your device serial number',
  artifact_uuid: 'Your artifact UUID',
  deployment_id: 'The deployment_id from Step 1',
} as const;

/** The vendor's script with its configuration filled in and its host replaced; nothing else differs. */
function writeScript(
  name: string,
  {
    url,
    values,
  }: { readonly url: string; readonly values: Partial<Record<keyof typeof CONFIGURATION, string>> },
): string {
  const template = readFileSync(join(FIXTURES, name), 'utf8').split('\n');
  const script = template.map((line) => {
    for (const [variable, value] of Object.entries(values)) {
      const placeholder = CONFIGURATION[variable as keyof typeof CONFIGURATION];
      if (line === `${variable}="${placeholder}"`) return `${variable}="${value}"`;
    }
    return line === 'curl "https://us.api.allxon.com$path" \\' ? `curl "${url}$path" \\` : line;
  });
  const changed = template.flatMap((line, index) => (line === script[index] ? [] : [line]));
  expect(changed).toEqual([
    ...Object.keys(values).map(
      (variable) => `${variable}="${CONFIGURATION[variable as keyof typeof CONFIGURATION]}"`,
    ),
    'curl "https://us.api.allxon.com$path" \\',
  ]);
  const path = join(makeFolder(), name);
  writeFileSync(path, script.join('\n'), { mode: 0o700 });
  return path;
}

/** What the script's `curl` printed, after the line that the script itself prints. */
async function runScript(path: string): Promise<{ readonly said: string; readonly json: unknown }> {
  // A proxy of this machine has no part in it.
  const env = { PATH: process.env['PATH'], no_proxy: '127.0.0.1' };
  const { stdout } = await promisify(execFile)('bash', [path], { env });
  const end = stdout.indexOf('\n');
  return { said: stdout.slice(0, end), json: JSON.parse(stdout.slice(end + 1)) as unknown };
}

describe("the vendor's scripts, unchanged but for host, key, secret, serial and ids", () => {
  test('start a deployment and see its device through to success', async () => {
    const calls: CallRecord[] = [];
    const { url } = await openTestSimulator(makeScenario({}, { duration: { kind: 'fixed', ms: 0 } }), {
      clock: systemClock,
      onCall: (call) => calls.push(call),
    });
    const credentials = { keyid: CREDENTIALS.keyId, secret: CREDENTIALS.secret };

    const deployed = await runScript(
      writeScript('deploy_artifact.sh', {
        url,
        values: { ...credentials, device_sn: SERIAL, artifact_uuid: ARTIFACT },
      }),
    );
    expect(deployed.said).toBe('Triggering deployment...');
    expect(deployed.json).toEqual({
      deployment_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      deployment_accepted: [SERIAL],
      deployment_rejected: [],
    });

    const checked = await runScript(
      writeScript('check_deployment_status.sh', {
        url,
        values: { ...credentials, deployment_id: deploymentIdOf(deployed.json) },
      }),
    );
    expect(checked.said).toBe('Checking deployment status...');
    expect(checked.json).toEqual([
      { device_sn: SERIAL, deployment_status: 'success', update_epoch: expect.any(Number) as number },
    ]);
    expect(calls.map(({ kind, status }) => ({ kind, status }))).toEqual([
      { kind: 'post', status: 202 },
      { kind: 'poll', status: 200 },
    ]);
  });

  test('are refused with the wrong secret, and nothing is deployed', async () => {
    const { url, ledger } = await openTestSimulator(makeScenario(), { clock: systemClock });
    const { json } = await runScript(
      writeScript('deploy_artifact.sh', {
        url,
        values: { keyid: CREDENTIALS.keyId, secret: 'another', device_sn: SERIAL, artifact_uuid: ARTIFACT },
      }),
    );
    expect(json).toEqual({ code: 'E401-4', message: 'The key or the signature is not valid' });
    expect(ledger().deployments).toEqual([]);
  });
});
