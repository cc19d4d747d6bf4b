/** What is deployed: how it gets to the API. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { addCommand, formatOption, HELP_COMMAND, stateOption } from './define-command.ts';
import type { Answering, Colour } from './define-command.ts';

export function defineArtifactCommands(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Artifacts:');
  const artifact = addCommand(program, 'artifact').helpCommand(...HELP_COMMAND);

  addCommand(artifact, 'artifact upload')
    .argument('<file>', 'the file of the artifact')
    .addOption(
      new Option('--region <region>', "where the devices' account is").choices(['us', 'eu']).default('us'),
    )
    .option('--name <text>', "what it is called; the file's own name without it")
    .option('--again', 'upload a file once more that has been uploaded', false)
    .addOption(formatOption(['text', 'json']))
    .addOption(stateOption())
    .action(async (file: string, { name, state, ...flags }: UploadFlags) => {
      const { runArtifactUpload } = await import('./commands/artifact-upload.ts');
      setCode(await runArtifactUpload({ file, ...flags, name: name ?? null, state: state ?? null }, io));
    });
}

type UploadFlags = Colour & {
  readonly region: 'us' | 'eu';
  readonly name?: string;
  readonly again: boolean;
  readonly format: 'text' | 'json';
  readonly state?: string;
};
