/** Many waves in few lines: neighbours of one phase that need no line of their own become one. */
import { addTallies, EMPTY_TALLY } from '../../rollout/device-status.ts';
import type { Tally } from '../../rollout/device-status.ts';
import type { WaveState } from '../../rollout/state.ts';

export type WaveLine =
  | { readonly kind: 'wave'; readonly wave: WaveState }
  | {
      readonly kind: 'group';
      readonly phase: WaveState['phase'];
      readonly count: number;
      readonly first: WaveState;
      readonly last: WaveState;
      readonly tally: Tally;
      readonly acknowledged: Tally;
    };

/** `mayHide` says which waves need no line of their own. A group is of two waves or more. */
export function groupWaves(
  waves: readonly WaveState[],
  mayHide: (wave: WaveState) => boolean,
): readonly WaveLine[] {
  const lines: WaveLine[] = [];
  let run: WaveState[] = [];
  const flush = () => {
    const [first] = run;
    const last = run.at(-1);
    if (first !== undefined && last !== undefined) lines.push(lineOf(run, first, last));
    run = [];
  };
  for (const wave of waves) {
    if (run.length > 0 && (!mayHide(wave) || run[0]?.phase !== wave.phase)) flush();
    if (mayHide(wave)) run.push(wave);
    else lines.push({ kind: 'wave', wave });
  }
  flush();
  return lines;
}

/** The running wave, the halted one, or, if all have passed, the last. */
export function currentWave(waves: readonly WaveState[]): WaveState | undefined {
  return waves.find(({ phase }) => phase !== 'passed') ?? waves.at(-1);
}

function lineOf(run: readonly WaveState[], first: WaveState, last: WaveState): WaveLine {
  if (run.length === 1) return { kind: 'wave', wave: first };
  return {
    kind: 'group',
    phase: first.phase,
    count: run.length,
    first,
    last,
    tally: run.reduce((sum, { tally }) => addTallies(sum, tally), EMPTY_TALLY),
    acknowledged: run.reduce((sum, { acknowledged }) => addTallies(sum, acknowledged), EMPTY_TALLY),
  };
}
