/** Commands that run a rollout, or report on it. */
import { Option } from 'commander';
import type { Command } from 'commander';
import {
  addCommand,
  allowOutsideOption,
  formatOption,
  progressOption,
  reasonOption,
  stateOption,
  waitLockOption,
} from './define-command.ts';
import type { Answering, Colour, Outside } from './define-command.ts';
import { SPEED } from '../base/clock.ts';
import type { ProgressChoice } from '../settings/settings.ts';
import { REPORT_FORMATS } from '../views/report/formats.ts';
import type { ReportFormat } from '../views/report/formats.ts';
import { parseSpeed, parseWait } from './parse-flags.ts';

export function defineRolloutCommands(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Rollouts:');

  addCommand(program, 'run')
    .argument('<plan-or-name>', 'Plan file, plan saved with --out, or name of a rollout on record')
    .option('--yes', 'Ask nothing; required without a terminal and in CI', false)
    .option(
      '--simulate [scenario]',
      'Run against a simulator on this machine; affects no real device. Without a scenario, 1% of the devices fail and 0.5% are rejected',
    )
    .addOption(
      new Option('--speed <factor>', 'Speed of the simulation, as a multiple of real time')
        .argParser(parseSpeed)
        .default(SPEED.unlessGiven),
    )
    .addOption(progressOption())
    .addOption(stateOption())
    .addOption(waitLockOption())
    .addOption(
      new Option(
        '--max-wait <duration>',
        'Exit with 3 instead of waiting longer than this in total; devices in flight are still polled',
      ).argParser(parseWait),
    )
    .option('--again', 'Archive the record of a finished rollout and start again', false)
    .option('--start', 'Start in CI although the record may be lost when the job ends', false)
    .addOption(
      new Option('--continue-only', 'Start nothing; exit with 2 if the rollout is not on record')
        .default(false)
        .conflicts(['start', 'again']),
    )
    .option(
      '--allow-overlap',
      'Allow devices that another unfinished rollout shares or that an earlier one left open',
      false,
    )
    .addOption(allowOutsideOption())
    .action(async (path: string, { waitLock: waitLockMs, maxWait, ...flags }: RunFlags) => {
      const { runRun } = await import('./commands/run.ts');
      setCode(
        await runRun(
          {
            path,
            ...flags,
            waitLockMs,
            maxWaitMs: maxWait ?? null,
            simulate: flags.simulate ?? null,
            progress: flags.progress ?? null,
            state: flags.state ?? null,
          },
          io,
        ),
      );
    });

  addCommand(program, 'status')
    .argument('[name]', 'Name of a rollout; all rollouts by default')
    .addOption(formatOption(['text', 'json']))
    .addOption(stateOption())
    .action(async (name: string | undefined, flags: StatusFlags) => {
      const { runStatus } = await import('./commands/status.ts');
      setCode(await runStatus({ name: name ?? null, ...flags, state: flags.state ?? null }, io));
    });

  addCommand(program, 'report')
    .argument('<name>', 'Name of a rollout')
    .addOption(formatOption(REPORT_FORMATS))
    .option('--out <file>', 'Write the report to this file')
    .addOption(stateOption())
    .action(async (name: string, flags: ReportFlags) => {
      const { runReport } = await import('./commands/report.ts');
      setCode(await runReport({ name, ...flags, out: flags.out ?? null, state: flags.state ?? null }, io));
    });

  addCommand(program, 'rollback')
    .argument('<name>', 'Name of a rollout that halted, was aborted or completed')
    .addOption(
      new Option(
        '--only <devices>',
        'Roll back only devices with this outcome, instead of all devices that were reached',
      ).choices(['succeeded']),
    )
    .option('--yes', 'Ask nothing; required without a terminal and in CI', false)
    .addOption(progressOption())
    .addOption(reasonOption())
    .addOption(stateOption())
    .addOption(waitLockOption())
    .option('--start', 'Start in CI although the record may be lost when the job ends', false)
    .option('--allow-overlap', 'Start although another unfinished rollout shares devices', false)
    .action(async (name: string, { waitLock: waitLockMs, ...flags }: RollbackFlags) => {
      const { runRollback } = await import('./commands/rollback.ts');
      const { only = null, progress = null, reason = null, state = null } = flags;
      setCode(await runRollback({ name, ...flags, only, progress, reason, state, waitLockMs }, io));
    });
}

type RunFlags = Colour &
  Outside & {
    readonly waitLock: number;
    readonly maxWait?: number;
    readonly again: boolean;
    readonly start: boolean;
    readonly continueOnly: boolean;
    readonly allowOverlap: boolean;
    readonly yes: boolean;
    readonly simulate?: string | true;
    readonly speed: number;
    readonly progress?: ProgressChoice;
    readonly state?: string;
  };

type StatusFlags = Colour & { readonly format: 'text' | 'json'; readonly state?: string };

type ReportFlags = Colour & {
  readonly format: ReportFormat;
  readonly out?: string;
  readonly state?: string;
};

type RollbackFlags = Colour & {
  readonly only?: 'succeeded';
  readonly yes: boolean;
  readonly progress?: ProgressChoice;
  readonly reason?: string;
  readonly state?: string;
  readonly waitLock: number;
  readonly start: boolean;
  readonly allowOverlap: boolean;
};
