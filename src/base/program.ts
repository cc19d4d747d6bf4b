/** What a person may write for a program by mistake, where there is no shell. */
export type ProgramFault = 'empty' | 'line';

export function faultOfProgram(program: string): ProgramFault | null {
  if (program.trim() === '' || program.includes('\0')) return 'empty';
  return isLine(program.trim()) ? 'line' : null;
}

/** A path may hold spaces; it tells itself from a line by a slash before the first of them. */
function isLine(program: string): boolean {
  const [first = '', ...others] = program.split(/\s+/);
  return others.length > 0 && !first.includes('/');
}
