/** Commands that go by a plan alone. */
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
    .argument('[plan]', 'the file to write', 'rollout.yaml')
    .addOption(new Option('--fleet <file>', 'a file of serials, .txt, .csv or .tsv, to draw waves from'))
    .option('--serial-column <column>', 'with a .csv file: the column of the serials')
    .addOption(
      new Option('--devices <serials>', 'in place of a file: serials, apart by commas')
        .argParser(createFlagParser(readSerials))
        .conflicts(['fleet', 'serialColumn']),
    )
    .addOption(
      new Option('--waves <sizes>', 'how many devices each wave gets, such as 5,10%,rest').argParser(
        createFlagParser(readSizes),
      ),
    )
    .addOption(
      new Option('--group <column>', 'with a .csv file: a wave for each value of the column').conflicts([
        'waves',
        'devices',
      ]),
    )
    .addOption(
      new Option('--artifact <uuid>', 'the artifact, by its UUID').argParser(createFlagParser(readUuid)),
    )
    .addOption(
      new Option('--artifact-file <file>', 'the artifact, by the file that is or will be uploaded').conflicts(
        'artifact',
      ),
    )
    .addOption(new Option('--region <region>', "where the devices' account is").choices(['us', 'eu']))
    .addOption(
      new Option('--name <text>', 'what the rollout is called').argParser(createFlagParser(readName)),
    )
    .addOption(
      new Option('--soak <duration>', 'how long each wave is left alone, such as 1h; or none').argParser(
        createFlagParser(readSoak),
      ),
    )
    .addOption(
      new Option(
        '--window <window>',
        "when waves may be posted, such as 'mon-thu 01:00-05:00 Asia/Taipei'; or always",
      ).argParser(createFlagParser(readWindow)),
    )
    .option('--yes', 'ask nothing: what no flag says is as usual', false)
    .option('--force', 'replace a file that is there', false)
    .addOption(allowOutsideOption())
    .action(async (path: string, flags: Omit<InitFlags, 'path'>) => {
      const { runInit } = await import('./commands/init.ts');
      setCode(await runInit({ path, ...flags }, io));
    });

  addCommand(program, 'validate')
    .argument('<plan...>', 'plan files')
    .addOption(formatOption(VALIDATE_FORMATS))
    .addOption(allowOutsideOption())
    .action(async (paths: readonly string[], flags: ValidateFlags) => {
      const { runValidate } = await import('./commands/validate.ts');
      setCode(await runValidate({ paths, ...flags }, io));
    });

  addCommand(program, 'plan')
    .argument('<plan>', 'a plan file, or a plan saved with --out')
    .option('--out <file>', 'save what the plan resolved to; `run` takes the file')
    .option('--devices', 'list every serial of each wave', false)
    .option('--online', 'ask the API which devices are online; posts nothing', false)
    .option('--records', 'show what earlier rollouts on record left open of its devices', false)
    .addOption(stateOption())
    .addOption(formatOption(PLAN_FORMATS))
    .addOption(allowOutsideOption())
    .action(async (path: string, flags: PlanFlags) => {
      const { runPlan } = await import('./commands/plan.ts');
      setCode(await runPlan({ path, ...flags, out: flags.out ?? null, state: flags.state ?? null }, io));
    });

  addCommand(program, 'diff')
    .argument('<old>', 'a plan: a file, or REV:PATH in git')
    .argument('<new>', 'the plan that it is compared with: a file, or REV:PATH in git')
    .addOption(formatOption(PLAN_FORMATS))
    .option('--exit-code', 'end with 10 if they differ', false)
    .addOption(allowOutsideOption())
    .action(async (before: string, after: string, flags: DiffFlags) => {
      const { runDiff } = await import('./commands/diff.ts');
      setCode(await runDiff({ before, after, ...flags }, io));
    });

  addCommand(program, 'rehearse')
    .argument('<plan>', 'a plan file, or a plan saved with --out')
    .option('--scenario <file>', 'how devices behave and what goes wrong; a healthy fleet without it')
    .addOption(
      new Option(
        '--break <devices>',
        'what the artifact breaks: a percentage such as 5%, or a number of devices',
      ).argParser(parseBreakage),
    )
    .addOption(
      new Option('--trials <number>', 'how many; one is told as a story').argParser(parseTrials).default(1),
    )
    .addOption(
      new Option('--seed <number>', "of chance; the scenario's own unless given").argParser(parseSeed),
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

const VALIDATE_FORMATS = ['text', 'json', 'github', 'sarif'] as const;

type ValidateFlags = Colour & Outside & { readonly format: (typeof VALIDATE_FORMATS)[number] };

/** Of what a plan would do, and of what changes from one to another. */
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
