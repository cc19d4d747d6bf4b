/** Commands that bring a rollout forward, or tell of it. */
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
    .argument('<plan-or-name>', 'a plan file, a plan saved with --out, or the name of a rollout on record')
    .option('--yes', 'ask nothing; needed where there is no terminal to ask on, and in CI', false)
    .option('--simulate [scenario]', 'run against a simulator on this machine; nothing real is touched')
    .addOption(
      new Option('--speed <factor>', 'with --simulate: how many times as fast as real time')
        .argParser(parseSpeed)
        .default(SPEED.unlessGiven),
    )
    .addOption(progressOption())
    .addOption(stateOption())
    .addOption(waitLockOption())
    .addOption(
      new Option(
        '--max-wait <duration>',
        'end with 3 rather than wait longer than this, in all; devices in flight are followed',
      ).argParser(parseWait),
    )
    .option('--again', 'archive the record of a finished rollout and start it over', false)
    .option(
      '--start',
      'start it in CI although the place of the record looks as if it ended with the job',
      false,
    )
    .addOption(
      new Option('--continue-only', 'start nothing: end with 2 where nothing is on record')
        .default(false)
        .conflicts(['start', 'again']),
    )
    .option('--allow-overlap', 'let another unfinished rollout share devices with this one', false)
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
    .argument('[name]', 'a rollout; all of them without it')
    .addOption(formatOption(['text', 'json']))
    .addOption(stateOption())
    .action(async (name: string | undefined, flags: StatusFlags) => {
      const { runStatus } = await import('./commands/status.ts');
      setCode(await runStatus({ name: name ?? null, ...flags, state: flags.state ?? null }, io));
    });

  addCommand(program, 'report')
    .argument('<name>', 'a rollout')
    .addOption(formatOption(REPORT_FORMATS))
    .option('--out <file>', 'write it to this file')
    .addOption(stateOption())
    .action(async (name: string, flags: ReportFlags) => {
      const { runReport } = await import('./commands/report.ts');
      setCode(await runReport({ name, ...flags, out: flags.out ?? null, state: flags.state ?? null }, io));
    });

  addCommand(program, 'rollback')
    .argument('<name>', 'a rollout that has halted, was aborted or has completed')
    .addOption(
      new Option(
        '--only <devices>',
        'only those that have the artifact, instead of all that were reached',
      ).choices(['succeeded']),
    )
    .option('--yes', 'ask nothing; needed where there is no terminal to ask on, and in CI', false)
    .addOption(progressOption())
    .addOption(reasonOption())
    .addOption(stateOption())
    .addOption(waitLockOption())
    .option(
      '--start',
      'start it in CI although the place of the record looks as if it ended with the job',
      false,
    )
    .option('--allow-overlap', 'although another unfinished rollout shares devices', false)
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
