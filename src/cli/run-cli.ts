/** The command line: which commands and flags there are, and what each of them gets. No command is loaded unless it is called. */
import { Command, CommanderError, Option } from 'commander';
import type { Breakage } from '../rollout/odds.ts';
import { EXIT } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';
import type { Io } from './io.ts';
import { HELP } from './help.ts';
import {
  parseBreakage,
  parsePort,
  parseReason,
  parseSeed,
  parseSpeed,
  parseTrials,
  parseWait,
} from './parse-flags.ts';
import { VERSION } from './version.ts';

/** Resolves to the exit code. Rejects for a bug only. */
export async function runCli(argv: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  const program = createProgram(io, (next) => {
    code = next;
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version are answers; everything else that the parser ends with is a wrong command line.
    return error.exitCode === 0 ? EXIT.done : EXIT.wrong;
  }
}

function createProgram(io: Io, setCode: (code: ExitCode) => void): Command {
  const program = new Command('breakwater')
    .description(HELP.program.description)
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('(breakwater --help lists the commands and their flags)')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      outputError: (text, write) => {
        write(text.replace(/^error: /, 'breakwater: '));
      },
    });

  addCommand(program, 'validate')
    .argument('<plan...>', 'plan files')
    .addOption(
      new Option('--format <format>', 'how findings are written').choices(['text', 'json']).default('text'),
    )
    .action(async (paths: readonly string[], flags: { readonly format: 'text' | 'json' } & Colour) => {
      const { runValidate } = await import('./commands/validate.ts');
      setCode(await runValidate({ paths, ...flags }, io));
    });

  addCommand(program, 'plan')
    .argument('<plan>', 'a plan file, or a plan saved with --out')
    .option('--out <file>', 'save what the plan resolved to; `run` takes the file')
    .option('--devices', 'list every serial of each wave', false)
    .option('--online', 'ask the API which devices are online; posts nothing', false)
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .action(async (path: string, flags: PlanFlags) => {
      const { runPlan } = await import('./commands/plan.ts');
      setCode(await runPlan({ path, ...flags, out: flags.out ?? null }, io));
    });

  addCommand(program, 'run')
    .argument('<plan>', 'a plan file, or a plan saved with --out')
    .option('--yes', 'do not ask; needed where there is no terminal to ask on', false)
    .option('--simulate [scenario]', 'run against a simulator on this machine; nothing real is touched')
    .addOption(
      new Option('--speed <factor>', 'with --simulate: how many times as fast as real time')
        .argParser(parseSpeed)
        .default(60),
    )
    .addOption(
      new Option('--progress <kind>', 'how progress is shown').choices(['auto', 'live', 'plain', 'json']),
    )
    .addOption(stateOption())
    .addOption(waitLockOption())
    .addOption(
      new Option(
        '--max-wait <duration>',
        'end with 3 rather than wait longer than this, in all, for windows, soaks and approvals',
      ).argParser(parseWait),
    )
    .option('--again', 'archive the record of a finished rollout and start it over', false)
    .option('--allow-overlap', 'let another unfinished rollout share devices with this one', false)
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
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .action(async (path: string, { scenario, break: breakage, seed, ...flags }: RehearseFlags) => {
      const { runRehearse } = await import('./commands/rehearse.ts');
      setCode(
        await runRehearse(
          { path, ...flags, scenario: scenario ?? null, breakage: breakage ?? null, seed: seed ?? null },
          io,
        ),
      );
    });

  addCommand(program, 'status')
    .argument('[name]', 'a rollout; all of them without it')
    .addOption(new Option('--format <format>', 'how it is written').choices(['text', 'json']).default('text'))
    .addOption(stateOption())
    .action(async (name: string | undefined, flags: StatusFlags) => {
      const { runStatus } = await import('./commands/status.ts');
      setCode(await runStatus({ name: name ?? null, ...flags, state: flags.state ?? null }, io));
    });

  for (const kind of ['pause', 'abort', 'resume', 'retry'] as const) {
    const wakesUp = kind === 'resume' || kind === 'retry';
    const command = addCommand(program, kind)
      .argument('<name>', 'a rollout')
      .addOption(reasonOption().makeOptionMandatory(kind === 'resume'))
      .addOption(stateOption());
    if (wakesUp)
      command.option('--allow-overlap', 'although another unfinished rollout shares devices', false);
    command.action(async (name: string, flags: OrderFlags) => {
      const { runOrder } = await import('./commands/order.ts');
      const { reason = null, state = null, allowOverlap = false, color } = flags;
      setCode(await runOrder({ name, what: { kind }, reason, state, allowOverlap, color }, io));
    });
  }

  addCommand(program, 'approve')
    .argument('<name>', 'a rollout')
    .requiredOption('--wave <name>', 'the wave that may start')
    .addOption(reasonOption())
    .addOption(stateOption())
    .action(async (name: string, { wave, color, ...flags }: ApproveFlags) => {
      const { runOrder } = await import('./commands/order.ts');
      const what = { kind: 'approve', wave } as const;
      const { reason = null, state = null } = flags;
      setCode(await runOrder({ name, what, reason, state, allowOverlap: false, color }, io));
    });

  addCommand(program, 'rollback')
    .argument('<name>', 'a rollout that has halted, was aborted or has completed')
    .addOption(
      new Option(
        '--only <devices>',
        'only those that have the artifact, instead of all that were reached',
      ).choices(['succeeded']),
    )
    .option('--yes', 'do not ask; needed where there is no terminal to ask on', false)
    .addOption(
      new Option('--progress <kind>', 'how progress is shown').choices(['auto', 'live', 'plain', 'json']),
    )
    .addOption(reasonOption())
    .addOption(stateOption())
    .addOption(waitLockOption())
    .option('--allow-overlap', 'although another unfinished rollout shares devices', false)
    .action(async (name: string, { waitLock: waitLockMs, ...flags }: RollbackFlags) => {
      const { runRollback } = await import('./commands/rollback.ts');
      const { only = null, progress = null, reason = null, state = null } = flags;
      setCode(await runRollback({ name, ...flags, only, progress, reason, state, waitLockMs }, io));
    });

  addCommand(program, 'settle')
    .argument('<name>', 'a rollout')
    .requiredOption('--deployment <key>', 'the deployment in doubt, such as canary/1')
    .option('--adopt <id>', 'it exists under this id: its devices are followed from here on')
    .option('--not-created', 'it does not exist: its devices may be posted', false)
    .addOption(reasonOption())
    .addOption(stateOption())
    .action(async (name: string, flags: SettleFlags) => {
      const { runSettle } = await import('./commands/settle.ts');
      const { adopt = null, reason = null, state = null, ...rest } = flags;
      setCode(await runSettle({ name, adopt, reason, state, ...rest }, io));
    });

  addCommand(program, 'unlock')
    .argument('<name>', 'a rollout')
    .requiredOption('--holder <id>', 'whose hold to end, by the id that is shown')
    .addOption(stateOption())
    .action(async (name: string, { holder, state, color }: UnlockFlags) => {
      const { runUnlock } = await import('./commands/unlock.ts');
      setCode(await runUnlock({ name, holder, state: state ?? null, color }, io));
    });

  addCommand(program, 'simulator')
    .argument('[scenario]', 'a scenario file; a healthy fleet without it')
    .addOption(
      new Option('--port <port>', 'port on 127.0.0.1; 0 takes a free one').argParser(parsePort).default(0),
    )
    .action(async (scenario: string | undefined, flags: { readonly port: number } & Colour) => {
      const { runSimulator } = await import('./commands/simulator.ts');
      setCode(await runSimulator({ scenario: scenario ?? null, ...flags }, io));
    });

  addCommand(program, 'schema')
    .argument(
      '[name]',
      'which schema: plan, settings, scenario, preview, rehearsal, status, event or journal',
      'plan',
    )
    .action(async (name: string) => {
      const { runSchema } = await import('./commands/schema.ts');
      setCode(await runSchema({ name }, io));
    });

  return program;
}

type Colour = { readonly color: boolean };

type PlanFlags = Colour & {
  readonly out?: string;
  readonly devices: boolean;
  readonly online: boolean;
  readonly format: 'text' | 'json';
};

type OrderFlags = Colour & {
  readonly reason?: string;
  readonly state?: string;
  readonly allowOverlap?: boolean;
};

type ApproveFlags = Colour & { readonly wave: string; readonly reason?: string; readonly state?: string };

type RollbackFlags = Colour & {
  readonly only?: 'succeeded';
  readonly yes: boolean;
  readonly progress?: 'auto' | 'live' | 'plain' | 'json';
  readonly reason?: string;
  readonly state?: string;
  readonly waitLock: number;
  readonly allowOverlap: boolean;
};

type SettleFlags = Colour & {
  readonly deployment: string;
  readonly adopt?: string;
  readonly notCreated: boolean;
  readonly reason?: string;
  readonly state?: string;
};

type UnlockFlags = Colour & { readonly holder: string; readonly state?: string };

type RunFlags = Colour & {
  readonly waitLock: number;
  readonly maxWait?: number;
  readonly again: boolean;
  readonly allowOverlap: boolean;
  readonly yes: boolean;
  readonly simulate?: string | true;
  readonly speed: number;
  readonly progress?: 'auto' | 'live' | 'plain' | 'json';
  readonly state?: string;
};

type RehearseFlags = Colour & {
  readonly scenario?: string;
  readonly break?: Breakage;
  readonly trials: number;
  readonly seed?: number;
  readonly format: 'text' | 'json';
};

type StatusFlags = Colour & { readonly format: 'text' | 'json'; readonly state?: string };

function addCommand(program: Command, name: Exclude<keyof typeof HELP, 'program'>): Command {
  const { summary, description, examples } = HELP[name];
  return program
    .command(name)
    .summary(summary)
    .description(description)
    .option('--no-color', 'no colours (NO_COLOR does the same)')
    .addHelpText('after', `\nExamples:\n${examples.map((line) => `  $ ${line}`).join('\n')}\n`);
}

function stateOption(): Option {
  return new Option(
    '--state <place>',
    "where rollouts are kept on record: a folder, or a postgres:// URL (default: .breakwater in the repository's root)",
  );
}

function waitLockOption(): Option {
  return new Option('--wait-lock <duration>', 'wait so long for another runner to let go of the rollout')
    .argParser(parseWait)
    .default(0, '0s');
}

function reasonOption(): Option {
  return new Option('--reason <text>', 'why; kept on record with who gave the order').argParser(parseReason);
}
