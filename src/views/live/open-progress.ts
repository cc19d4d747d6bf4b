/** The view that was asked for. listr2 is loaded for the live one alone. */
import { openJsonProgress } from './json.ts';
import { openPlainProgress } from './plain.ts';
import type { Progress, ProgressOptions } from './progress.ts';
import { shieldView } from './progress.ts';

export type ProgressKind = 'live' | 'plain' | 'json';

export async function openProgress(kind: ProgressKind, options: ProgressOptions): Promise<Progress> {
  return shieldView(await openView(kind, options));
}

async function openView(kind: ProgressKind, options: ProgressOptions): Promise<Progress> {
  switch (kind) {
    case 'plain':
      return openPlainProgress(options);
    case 'json':
      return openJsonProgress(options);
    case 'live': {
      const { openLiveProgress } = await import('./live.ts');
      return openLiveProgress(options);
    }
  }
}
