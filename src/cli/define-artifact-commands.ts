/** Commands that check and upload artifacts. */
import { Option } from 'commander';
import type { Command } from 'commander';
import { addCommand, formatOption, HELP_COMMAND, stateOption } from './define-command.ts';
import type { Answering, Colour } from './define-command.ts';

export function defineArtifactCommands(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Artifacts:');
  const artifact = addCommand(program, 'artifact').helpCommand(...HELP_COMMAND);

  addCommand(artifact, 'artifact check')
    .argument('<file>', 'File of the artifact')
    .addOption(nameOption())
    .addOption(allowUnusualOption())
    .addOption(formatOption(['text', 'json']))
    .action(async (file: string, { name, ...flags }: CheckFlags) => {
      const { runArtifactCheck } = await import('./commands/artifact-check.ts');
      setCode(await runArtifactCheck({ file, ...flags, name: name ?? null }, io));
    });

  addCommand(artifact, 'artifact upload')
    .argument('<file>', 'File of the artifact')
    .addOption(
      new Option('--region <region>', "Region of the devices' account").choices(['us', 'eu']).default('us'),
    )
    .addOption(nameOption())
    .option('--again', 'Upload a file again although the region already has it', false)
    .addOption(allowUnusualOption())
    .addOption(formatOption(['text', 'json']))
    .addOption(stateOption())
    .action(async (file: string, { name, state, ...flags }: UploadFlags) => {
      const { runArtifactUpload } = await import('./commands/artifact-upload.ts');
      setCode(await runArtifactUpload({ file, ...flags, name: name ?? null, state: state ?? null }, io));
    });
}

function nameOption(): Option {
  return new Option('--name <text>', 'Name of the artifact; the file name by default');
}

function allowUnusualOption(): Option {
  return new Option(
    '--allow-unusual',
    'Accept an archive without its script, or with unusual links, paths or sizes',
  ).default(false);
}

type CheckFlags = Colour & {
  readonly name?: string;
  readonly allowUnusual: boolean;
  readonly format: 'text' | 'json';
};

type UploadFlags = CheckFlags & {
  readonly region: 'us' | 'eu';
  readonly again: boolean;
  readonly state?: string;
};
