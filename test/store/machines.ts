/** Machines, containers and processes that are made up, over a file system that is real. */
import { fstatSync } from 'node:fs';
import type { Machine, ProcessSight } from '../../src/store/file/machine.ts';

/** A process as its own machine sees things. Locks of open files are its kernel's, and end with it. */
export class MadeUpProcess implements Machine {
  readonly host: string;
  readonly boot: string | null;
  readonly namespaces: string | null;
  private readonly kernel: MadeUpKernel;
  private isAlive = true;

  constructor(
    kernel: MadeUpKernel,
    { host = 'here', namespaces = 'pid:[1]' }: Partial<Pick<Machine, 'host' | 'namespaces'>> = {},
  ) {
    this.kernel = kernel;
    this.host = host;
    this.boot = kernel.boot;
    this.namespaces = namespaces;
  }

  die(): void {
    this.isAlive = false;
  }

  /** Everybody is alive who is asked for by number. */
  readonly processOf = (pid: number): ProcessSight => ({ start: `start of ${pid}` });

  readonly isLocal = () => false;

  readonly flock = (file: number): boolean => {
    this.kernel.flocks.set(keyOf(file), () => this.isAlive);
    return true;
  };

  readonly isFlockFree = (file: number): boolean => this.kernel.flocks.get(keyOf(file))?.() !== true;
}

export class MadeUpKernel {
  readonly boot = 'a boot';
  /** By file, whether whoever locked it still lives. */
  readonly flocks = new Map<string, () => boolean>();
}

function keyOf(file: number): string {
  const { dev, ino } = fstatSync(file);
  return `${dev}:${ino}`;
}
