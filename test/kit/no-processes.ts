/** Holds unit tests to it that they start no process and signal none: a test that does is a `….system.test.ts`. */
import childProcess from 'node:child_process';
import { syncBuiltinESMExports } from 'node:module';

const STARTS = ['spawn', 'spawnSync', 'exec', 'execSync', 'execFile', 'execFileSync', 'fork'] as const;

function refuse(name: string): () => never {
  return () => {
    throw new Error(`A unit test starts no process (${name}): name its file ….system.test.ts.`);
  };
}

for (const name of STARTS) Object.assign(childProcess, { [name]: refuse(name) });
syncBuiltinESMExports();

const kill = process.kill.bind(process);
/** Signal 0 only asks whether a process exists. */
process.kill = (pid, signal) => (signal === 0 ? kill(pid, 0) : refuse('kill')());
