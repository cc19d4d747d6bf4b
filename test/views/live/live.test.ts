import { describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../../../src/base/virtual-clock.ts';
import { openProgress } from '../../../src/views/live/open-progress.ts';
import type { Progress } from '../../../src/views/live/progress.ts';
import { makePlan, makeWave } from '../../kit/plans.ts';
import { devicesOf, STARTED_AT, ToldRollout } from '../../kit/rollouts.ts';
import { statesOf } from '../every-event.ts';
import { stopped, toBerlin, toHalt } from '../told.ts';
import { createFakeStream } from './fake-stream.ts';
import type { FakeStream } from './fake-stream.ts';

const CURSOR_HIDE = '\u001b[?25l';
const CURSOR_SHOW = '\u001b[?25h';

function openLive(stream: FakeStream): Promise<Progress> {
  return openProgress('live', { stream, clock: new VirtualClock(STARTED_AT), colour: false });
}

function tellAll(progress: Progress, told: ToldRollout): void {
  for (const { event, state } of statesOf(told.events)) progress.event(event, state);
}

describe('live progress', () => {
  test('draws the picture on its stream, and takes it off again', async () => {
    const stream = createFakeStream();
    const progress = await openLive(stream);
    tellAll(progress, toBerlin().deploy('berlin'));
    await stream.seen('berlin  0 of 40 success, 20 in flight');
    await progress.close();
    const [, after = ''] = stream.written().split('taipei  37 waiting');
    expect(after).toContain('\u001b[2K');
    expect(after.endsWith(CURSOR_SHOW)).toBe(true);
    expect(after).not.toContain('berlin');
  });

  test('follows the width that its terminal has now', async () => {
    const stream = createFakeStream(120);
    const progress = await openLive(stream);
    const told = toBerlin().deploy('berlin');
    tellAll(progress, told);
    await stream.seen('20 waiting  ');
    expect(stream.written()).not.toContain('…');
    stream.columns = 30;
    await stream.seen('…');
    await progress.close();
  });

  test('leaves what else is written on its stream where it is', async () => {
    const stream = createFakeStream();
    const progress = await openLive(stream);
    tellAll(progress, toBerlin());
    await stream.seen('canary');
    stream.write('ended at once');
    expect(stream.written().endsWith('ended at once')).toBe(true);
    await progress.close();
  });

  test('takes a terminal without columns and rows for one of 80 by 24', async () => {
    const stream = createFakeStream(0, 0);
    const progress = await openLive(stream);
    tellAll(progress, toBerlin().deploy('berlin'));
    await stream.seen('berlin  0 of 40 success, 20 in flight');
    await progress.close();
  });

  test('leaves the screen while the process is stopped, and draws itself again afterwards', async () => {
    const stream = createFakeStream();
    const listeners: { readonly pause: () => void; readonly resume: () => void }[] = [];
    const off = vi.fn();
    const progress = await openProgress('live', {
      stream,
      clock: new VirtualClock(STARTED_AT),
      colour: false,
      onSuspend: (listener) => {
        listeners.push(listener);
        return off;
      },
    });
    tellAll(progress, toBerlin());
    await stream.seen('canary');
    const before = stream.written().length;
    for (const { pause } of listeners) pause();
    const paused = stream.written().slice(before);
    expect(paused).toContain('\u001b[2K');
    expect(paused.endsWith(CURSOR_SHOW)).toBe(true);
    stream.write('what the shell says\n');
    const at = stream.written().length;
    for (const { resume } of listeners) resume();
    const resumed = stream.written().slice(at);
    expect(resumed.startsWith(CURSOR_HIDE)).toBe(true);
    expect(resumed).toContain('canary');
    // Nothing of what the shell has said is erased.
    expect(resumed).not.toContain('\u001b[1A');
    await progress.close();
    expect(off).toHaveBeenCalledOnce();
  });

  test('leaves the signals to the process', async () => {
    const before = process.listeners('SIGINT');
    const stream = createFakeStream();
    const progress = await openLive(stream);
    tellAll(progress, toBerlin());
    await stream.seen('canary');
    expect(process.listeners('SIGINT')).toEqual(before);
    await progress.close();
    expect(process.listeners('SIGINT')).toEqual(before);
  });

  test.each([
    [
      'was interrupted',
      () => toBerlin().deploy('berlin').tell(stopped('interrupted', 'stopped by a signal')),
    ],
    ['halted', () => toHalt().tell({ type: 'grace-ended', unfinished: 8 })],
    [
      'completed',
      () =>
        new ToldRollout(makePlan([makeWave('canary', 2)]))
          .deploy('canary')
          .report('canary/1', { success: devicesOf('canary', 1, 2) }),
    ],
    [
      'has a thousand waves to come',
      () =>
        new ToldRollout(makePlan(Array.from({ length: 1000 }, (_, index) => makeWave(`w${index + 1}`, 1)))),
    ],
  ])('can be closed when the rollout %s', async (_, tell) => {
    const stream = createFakeStream();
    const progress = await openLive(stream);
    tellAll(progress, tell());
    await progress.close();
    expect(stream.written().endsWith(CURSOR_SHOW)).toBe(true);
  });

  test('can be closed when nothing was ever told', async () => {
    const stream = createFakeStream();
    const progress = await openLive(stream);
    await progress.close();
    expect(stream.written()).toBe('');
  });
});
