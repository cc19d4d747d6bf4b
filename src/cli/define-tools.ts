/** Commands around plans and rollouts. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { addCommand } from './define-command.ts';
import type { Answering, Colour } from './define-command.ts';
import { parsePort } from './parse-flags.ts';

export function defineTools(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Tools:');

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
      'which schema: plan, settings, scenario, preview, rehearsal, status, report, event or journal',
      'plan',
    )
    .action(async (name: string) => {
      const { runSchema } = await import('./commands/schema.ts');
      setCode(await runSchema({ name }, io));
    });
}
