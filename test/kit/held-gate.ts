/**
 * Holds a rollout at work for as long as a test needs it, however slow the machine is: a gate that waits until it is
 * released. Fixed times of devices cannot do that: a busy machine outlasts them.
 */
import { execFileSync } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Gives the first wave of `plan.yaml` in `folder` the gate. The answer lets it pass, now and whenever it is run again. */
export function holdFirstWave(folder: string): () => void {
  const [plan, pipe] = [join(folder, 'plan.yaml'), join(folder, 'held')];
  const text = readFileSync(plan, 'utf8');
  const gate = '    gates: [{ name: held, run: [cat, held], timeout: 1h }]\n';
  const held = text.replace(/^ {2}- name: first\n/m, (line) => `${line}${gate}`);
  if (held === text) throw new Error('the plan has no wave called first');
  writeFileSync(plan, held);
  execFileSync('mkfifo', [pipe]);
  return () => {
    // Whoever opens the pipe to read waits for a writer; this is one, and leaves an empty file behind for later attempts.
    const writer = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
    writeFileSync(`${pipe}.empty`, '');
    renameSync(`${pipe}.empty`, pipe);
    closeSync(writer);
  };
}
