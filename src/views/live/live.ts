/**
 * Progress on a terminal. A wave is a listr2 task that waits for its wave's last event and does nothing else: no work,
 * no retry and no rollback lives in a task, and none ever rejects (a rejected task would leave the others unsettled).
 *
 * listr2's default renderer draws, with four changes, each against a trap of it:
 * - it draws `renderFrame`'s lines in place of every task's, whose cost grows faster than their number;
 * - it draws at its ticks only, and not at each change of a task;
 * - it draws on the stream that it is given, as wide as that is now, whatever the process' stdout is;
 * - it leaves `write` of that stream alone, so that what else is said there is not held back until the end.
 */
import { DefaultRenderer, figures, Listr, ListrLogger, ProcessOutput, Spinner } from 'listr2';
import type { ListrDefaultRendererLogLevels } from 'listr2';
import { colourOf } from '../../base/colour.ts';
import { terminalColumns } from '../../base/columns.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { renderFrame } from './frame.ts';
import type { Progress, ProgressOptions, ProgressStream } from './progress.ts';
import { EMPTY_VIEW, viewAfterEvent, viewAfterNotice } from './view.ts';

/** Real time: the clock that a run goes by may be many times as fast. */
const REPAINT_MS = 200;

const ROWS_UNKNOWN = 24;

export function openLiveProgress(options: ProgressOptions): Progress {
  const { stream, clock, colour, onSuspend } = options;
  const ticker = new Ticker();
  let view = EMPTY_VIEW;
  let screen: Screen | null = null;
  const faults: unknown[] = [];

  // Called from a timer, where an error would end the process and with it the run.
  function frame(): string {
    try {
      return paint();
    } catch (error) {
      faults.push(error);
      return '';
    }
  }

  function paint(): string {
    return renderFrame(view, {
      now: clock.now(),
      columns: terminalColumns(stream),
      rows: rowsOf(stream),
      colours: colourOf(colour),
      marks: { passed: figures.tick, halted: figures.cross, running: ticker.fetch() },
    }).join('\n');
  }

  function show(): void {
    const { state } = view;
    if (state === null) return;
    screen ??= openScreen(state, { stream, ticker, frame, onSuspend });
    screen.settle(state);
  }

  return {
    event(event, state) {
      view = viewAfterEvent(view, event, state);
      show();
    },
    notice(notice) {
      view = viewAfterNotice(view, notice);
      show();
    },
    async close() {
      await screen?.close();
      if (faults.length > 0) throw faults[0];
    },
  };
}

type Screen = {
  /** Ends the tasks of the waves that have passed. */
  settle(state: RolloutState): void;
  /** Ends all of them, and takes the picture off the screen. */
  close(): Promise<void>;
};

type Drawing = {
  readonly stream: ProgressStream;
  readonly ticker: Ticker;
  readonly frame: () => string;
  readonly onSuspend: ProgressOptions['onSuspend'];
};

function openScreen({ waves }: RolloutState, drawing: Drawing): Screen {
  const { stream, ticker, frame } = drawing;
  const pictures: Picture[] = [];
  const turns = waves.map(createFrame);
  const list = new Listr(
    waves.map(({ wave }, index) => ({ title: wave.name, task: () => turns[index]?.over })),
    {
      concurrent: false,
      exitOnError: false,
      // Else listr2 takes SIGINT for itself and ends the process with 127.
      registerSignalListeners: false,
      renderer: createRenderer(ticker, frame, (picture) => pictures.push(picture)),
      rendererOptions: {
        clearOutput: true,
        spinner: ticker,
        logger: new ListrLogger<ListrDefaultRendererLogLevels>({ processOutput: new Output(stream) }),
      },
    },
  );
  const run = list.run();
  const off = drawing.onSuspend?.({
    pause() {
      for (const { clear } of pictures) clear();
      stream.write(CURSOR_SHOW);
    },
    resume() {
      stream.write(CURSOR_HIDE);
      for (const { draw } of pictures) draw();
    },
  });
  return {
    settle(state) {
      for (const { phase, index } of state.waves) if (phase === 'passed') turns[index]?.end();
    },
    async close() {
      off?.();
      for (const { end } of turns) end();
      await run;
    },
  };
}

type Frame = { readonly over: Promise<void>; readonly end: () => void };

function createFrame(): Frame {
  let end: () => void = () => undefined;
  const over = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { over, end };
}

/** The spinner, whose turning is what repaints. */
class Ticker extends Spinner {
  isTicking = false;

  override start(repaint?: () => void): void {
    super.start(() => {
      this.isTicking = true;
      repaint?.();
      this.isTicking = false;
    }, REPAINT_MS);
  }
}

/** What is on the screen: taken off it, and put there again below whatever stands there by then. */
type Picture = { readonly clear: () => void; readonly draw: () => void };

/** As listr2 keeps it for itself: there is no other way to take the picture off before the end. */
type Updater = { readonly updater?: { clear(): void } };

function createRenderer(
  ticker: Ticker,
  frame: () => string,
  onOpen: (picture: Picture) => void,
): typeof DefaultRenderer {
  return class extends DefaultRenderer {
    override async render(): Promise<void> {
      await super.render();
      onOpen({
        clear: () => (this as unknown as Updater).updater?.clear(),
        draw: () => {
          super.update();
        },
      });
    }

    // It is not for this renderer to say whether stdout is a terminal: it may draw on stderr.
    static override readonly nonTTY = true;

    override update(): void {
      if (ticker.isTicking) super.update();
    }

    override create(): string {
      return frame();
    }
  };
}

/** One stream, whose size is asked for whenever it is needed, and which others may go on writing to. */
class Output extends ProcessOutput {
  readonly #target: NodeJS.WriteStream;

  constructor(target: ProgressStream) {
    // listr2 asks for a whole stream and uses what `ProgressStream` has.
    const stream = target as unknown as NodeJS.WriteStream;
    super(stream, stream);
    this.#target = withSize(stream);
  }

  override get stdout(): NodeJS.WriteStream {
    return this.#target;
  }

  override get stderr(): NodeJS.WriteStream {
    return this.#target;
  }

  override hijack(): void {
    this.#target.write(CURSOR_HIDE);
  }

  override release(): void {
    this.#target.write(CURSOR_SHOW);
  }
}

/** As wide and as high as it is taken to be where it does not say. */
function withSize(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  const sized: unknown = {
    write: (text: string) => stream.write(text),
    get columns() {
      return terminalColumns(stream);
    },
    get rows() {
      return rowsOf(stream);
    },
  };
  return sized as NodeJS.WriteStream;
}

function rowsOf({ rows }: ProgressStream): number {
  return rows === undefined || !(rows > 0) ? ROWS_UNKNOWN : rows;
}

const CURSOR_HIDE = '\u001b[?25l';
const CURSOR_SHOW = '\u001b[?25h';
