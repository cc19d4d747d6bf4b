import { expect, test } from 'vitest';
import { VirtualClock } from '../../src/base/virtual-clock.ts';
import { runCli } from '../../src/cli/run-cli.ts';
import { ROOT } from '../kit/command.ts';

/** What it prints when it is begun at that time. */
async function rehearseAt(now: number): Promise<string> {
  const printed: string[] = [];
  const stream = Object.assign(Object.create(process.stdout) as NodeJS.WriteStream, {
    isTTY: false,
    write: (text: string) => printed.push(text) > 0,
  });
  const argv = ['rehearse', 'examples/canary/rollout.yaml', '--break', '5%', '--format', 'json'];
  const exitCode = await runCli(argv, {
    env: {},
    cwd: ROOT,
    clock: new VirtualClock(now),
    stdin: process.stdin,
    stdout: stream,
    stderr: stream,
    onStopSignal: () => () => undefined,
    onSuspend: () => () => undefined,
    exit: (code) => {
      throw new Error(`ended with ${code}`);
    },
  });
  expect(exitCode).toBe(0);
  return printed.join('');
}

test('the same seed gives the same trials, in whatever part of a second they begin', async () => {
  const first = await rehearseAt(Date.parse('2026-01-05T08:00:00.000Z'));
  expect(first).toContain('"seed": 1,');
  expect(await rehearseAt(Date.parse('2026-01-05T08:00:00.987Z'))).toBe(first);
});
