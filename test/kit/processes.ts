import { readFileSync } from 'node:fs';

export function isAlive(pid: number): boolean {
  try {
    // A zombie that nobody has waited for yet is not.
    return !/^\d+ \([^]*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
