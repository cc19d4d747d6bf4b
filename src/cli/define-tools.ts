/** Helper commands around plans and rollouts. */
import { Argument, Option } from 'commander';
import type { Command } from 'commander';
import type { ProgressChoice } from '../settings/settings.ts';
import {
  addCommand,
  allowOutsideOption,
  formatOption,
  progressOption,
  stateOption,
} from './define-command.ts';
import type { Answering, Colour, Outside } from './define-command.ts';
import { parsePort } from './parse-flags.ts';
import { SCHEMAS } from './schema-names.ts';
import type { SchemaName } from './schema-names.ts';

export function defineTools(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Tools:');

  addCommand(program, 'simulator')
    .argument('[scenario]', 'Scenario file; by default, 1% of the devices fail and 0.5% are rejected')
    .addOption(
      new Option('--port <port>', 'Port on 127.0.0.1; 0 selects a free port').argParser(parsePort).default(0),
    )
    .action(async (scenario: string | undefined, flags: { readonly port: number } & Colour) => {
      const { runSimulator } = await import('./commands/simulator.ts');
      setCode(await runSimulator({ scenario: scenario ?? null, ...flags }, io));
    });

  addCommand(program, 'explain')
    .argument('[code]', 'Code from the output, or an exit code; all codes by default')
    .addOption(formatOption(['text', 'json']))
    .action(async (code: string | undefined, flags: { readonly format: 'text' | 'json' } & Colour) => {
      const { runExplain } = await import('./commands/explain.ts');
      setCode(runExplain({ code: code ?? null, ...flags }, io));
    });

  addCommand(program, 'settings')
    .argument('[plan]', 'Plan whose settings to show; the current folder by default')
    .addOption(stateOption())
    .addOption(progressOption())
    .addOption(formatOption(['text', 'json']))
    .addOption(allowOutsideOption())
    .action(async (planPath: string | undefined, { state, progress, ...flags }: SettingsFlags) => {
      const { runSettings } = await import('./commands/settings.ts');
      setCode(
        await runSettings(
          { planPath: planPath ?? null, state: state ?? null, progress: progress ?? null, ...flags },
          io,
        ),
      );
    });

  addCommand(program, 'schema')
    .addArgument(new Argument('[schema]', 'Name of the schema').choices(SCHEMAS).default('plan'))
    .action(async (name: SchemaName) => {
      const { runSchema } = await import('./commands/schema.ts');
      setCode(await runSchema({ name }, io));
    });

  addCommand(program, 'completion')
    .addArgument(new Argument('<shell>', 'Shell that runs the script').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number]) => {
      const { runCompletion } = await import('./commands/completion.ts');
      setCode(runCompletion({ shell }, io));
    });

  program.helpCommand(false);
  addCommand(program, 'help')
    .argument('[topic...]', 'Command, or page of the documentation')
    .action(async (words: readonly string[], flags: Colour) => {
      const { runHelp } = await import('./commands/help.ts');
      setCode(runHelp({ program, words, ...flags }, io));
    });

  // Called by the completion scripts. The typed words can be anything.
  program
    .command('__complete', { hidden: true })
    .argument('[words...]')
    .helpOption(false)
    .action(async (words: readonly string[]) => {
      const { runComplete } = await import('./commands/complete.ts');
      setCode(await runComplete({ program, words }, io));
    });
}

const SHELLS = ['bash', 'zsh', 'fish'] as const;

type SettingsFlags = Colour &
  Outside & {
    readonly state?: string;
    readonly progress?: ProgressChoice;
    readonly format: 'text' | 'json';
  };
