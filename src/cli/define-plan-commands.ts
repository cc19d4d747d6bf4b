/** Commands that need only a plan. */
import { Option } from 'commander';
import type { Command } from 'commander';
import type { Breakage } from '../rollout/odds.ts';
import {
  createFlagParser,
  readName,
  readSerials,
  readSizes,
  readSoak,
  readUuid,
  readWindow,
} from './commands/init/readers.ts';
import type { InitFlags } from './commands/init/given.ts';
import { addCommand, allowOutsideOption, formatOption, stateOption } from './define-command.ts';
import type { Answering, Colour, Outside } from './define-command.ts';
import { parseBreakage, parseSeed, parseTrials } from './parse-flags.ts';

export function definePlanCommands(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Plans:');

  addCommand(program, 'init')
    .argument('[plan]', 'Plan file to write', 'rollout.yaml')
    .addOption(new Option('--fleet <file>', 'Device file (.txt, .csv or .tsv) that the waves draw from'))
    .option('--serial-column <column>', 'Column of the .csv file that holds the serials')
    .addOption(
      new Option('--devices <serials>', 'Comma-separated serials, instead of a device file')
        .argParser(createFlagParser(readSerials))
        .conflicts(['fleet', 'serialColumn']),
    )
    .addOption(
      new Option('--waves <sizes>', 'Size of each wave, such as 5,10%,rest').argParser(
        createFlagParser(readSizes),
      ),
    )
    .addOption(
      new Option('--group <column>', 'Column of the .csv file; makes one wave for each value').conflicts([
        'waves',
        'devices',
      ]),
    )
    .addOption(new Option('--artifact <uuid>', 'UUID of the artifact').argParser(createFlagParser(readUuid)))
    .addOption(
      new Option('--artifact-file <file>', 'File of the artifact; you can upload it later').conflicts(
        'artifact',
      ),
    )
    .addOption(new Option('--region <region>', "Region of the devices' account").choices(['us', 'eu']))
    .addOption(new Option('--name <text>', 'Name of the rollout').argParser(createFlagParser(readName)))
    .addOption(
      new Option('--soak <duration>', 'Time to wait after each wave, such as 1h; or none').argParser(
        createFlagParser(readSoak),
      ),
    )
    .addOption(
      new Option(
        '--window <window>',
        "Hours in which waves may be deployed, such as 'mon-thu 01:00-05:00 Asia/Taipei'; or always",
      ).argParser(createFlagParser(readWindow)),
    )
    .option('--yes', 'Ask nothing; use the default for everything that no flag gives', false)
    .option('--force', 'Replace an existing file', false)
    .addOption(allowOutsideOption())
    .action(async (path: string, flags: Omit<InitFlags, 'path'>) => {
      const { runInit } = await import('./commands/init.ts');
      setCode(await runInit({ path, ...flags }, io));
    });

  addCommand(program, 'validate')
    .argument('<plan...>', 'Plan files, folders of plans, or - for standard input')
    .addOption(formatOption(VALIDATE_FORMATS))
    .option('--strict', 'Exit with 2 if there are warnings', false)
    .option('--stdin-name <name>', 'Name of standard input in findings')
    .addOption(allowOutsideOption())
    .action(async (paths: readonly string[], flags: ValidateFlags) => {
      const { runValidate } = await import('./commands/validate.ts');
      setCode(await runValidate({ paths, ...flags, stdinName: flags.stdinName ?? null }, io));
    });

  addCommand(program, 'plan')
    .argument('<plan>', 'Plan file, or a plan saved with --out')
    .option('--out <file>', 'Save the resolved plan; `run` accepts the file')
    .option('--devices', 'List every serial of each wave', false)
    .option('--online', 'Ask the API which devices are online; deploys nothing', false)
    .option(
      '--records',
      'Show devices that earlier rollouts left open, and rollouts that share devices',
      false,
    )
    .addOption(stateOption())
    .addOption(formatOption(PLAN_FORMATS))
    .addOption(allowOutsideOption())
    .action(async (path: string, flags: PlanFlags) => {
      const { runPlan } = await import('./commands/plan.ts');
      setCode(await runPlan({ path, ...flags, out: flags.out ?? null, state: flags.state ?? null }, io));
    });

  addCommand(program, 'diff')
    .argument('<old>', 'Old plan: a file, or REV:PATH in git')
    .argument('<new>', 'New plan: a file, or REV:PATH in git')
    .addOption(formatOption(PLAN_FORMATS))
    .option('--exit-code', 'Exit with 10 if the plans differ', false)
    .addOption(allowOutsideOption())
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { runDiff } = await import('./commands/diff.ts');
      setCode(await runDiff({ before, after, ...flags }, io));
    });

  addCommand(program, 'rehearse')
    .argument('<plan>', 'Plan file, or a plan saved with --out')
    .option(
      '--scenario <file>',
      'Scenario file: how devices behave and what fails. By default, 1% of the devices fail and 0.5% are rejected',
    )
    .addOption(
      new Option(
        '--break <devices>',
        'Devices that the artifact breaks: a percentage such as 5%, or a count',
      ).argParser(parseBreakage),
    )
    .addOption(
      new Option('--trials <number>', 'Number of trials; a single trial prints its events')
        .argParser(parseTrials)
        .default(1),
    )
    .addOption(
      new Option('--seed <number>', "Seed of the random choices; the scenario's seed by default").argParser(
        parseSeed,
      ),
    )
    .addOption(formatOption(['text', 'json']))
    .addOption(allowOutsideOption())
    .action(async (path: string, { scenario, break: breakage, seed, ...flags }: RehearseFlags) => {
      const { runRehearse } = await import('./commands/rehearse.ts');
      setCode(
        await runRehearse(
          { path, ...flags, scenario: scenario ?? null, breakage: breakage ?? null, seed: seed ?? null },
          io,
        ),
      );
    });
}

const VALIDATE_FORMATS = ['text', 'json', 'github', 'gitlab', 'sarif'] as const;

type ValidateFlags = Colour &
  Outside & {
    readonly format: (typeof VALIDATE_FORMATS)[number];
    readonly strict: boolean;
    readonly stdinName?: string;
  };

/** Formats of `plan` and `diff`. */
const PLAN_FORMATS = ['text', 'json', 'markdown'] as const;

type PlanFlags = Colour &
  Outside & {
    readonly out?: string;
    readonly devices: boolean;
    readonly online: boolean;
    readonly records: boolean;
    readonly state?: string;
    readonly format: (typeof PLAN_FORMATS)[number];
  };

type DiffFlags = Colour &
  Outside & { readonly format: (typeof PLAN_FORMATS)[number]; readonly exitCode: boolean };

type RehearseFlags = Colour &
  Outside & {
    readonly scenario?: string;
    readonly break?: Breakage;
    readonly trials: number;
    readonly seed?: number;
    readonly format: 'text' | 'json';
  };
