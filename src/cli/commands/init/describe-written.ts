/** What has been written, and what to do with it. */
import { count, printable, quoteForShell, renderNumber } from '../../../base/text.ts';
import { displayWidth, padTo } from '../../../base/columns.ts';
import type { Asked } from './ask-plan.ts';
import type { Diagnostic } from '../../../findings/catalogue.ts';

const WAVES_SHOWN = 10;

export type Written = {
  /** As it was typed. */
  readonly path: string;
  readonly allowOutside: boolean;
  /** What was found in the plan, none of it an error. */
  readonly diagnostics: readonly Diagnostic[];
};

export function describeWritten(asked: Asked, written: Written): string {
  const { name, waves } = asked;
  const devices = waves.reduce((sum, { size }) => sum + size, 0);
  const next = listNext(asked, written);
  const width = Math.max(...next.map(({ command }) => command.length));
  return [
    `${printable(written.path)}: written: ${name}, ${count(waves.length, 'wave')}, ${count(devices, 'device')}`,
    ...renderWaves(asked),
    '',
    'Next',
    ...next.map(({ command, purpose }) => `  ${command.padEnd(width)}  ${purpose}`),
    '',
  ].join('\n');
}

function renderWaves({ waves }: Asked): readonly string[] {
  const shown = waves.slice(0, WAVES_SHOWN);
  const names = Math.max(...shown.map(({ name }) => displayWidth(name)));
  const sizes = Math.max(...shown.map(({ size }) => renderNumber(size).length));
  return [
    ...shown.map(({ name, size }) => `  ${padTo(name, names)}  ${renderNumber(size).padStart(sizes)}`),
    ...(waves.length > shown.length ? [`  and ${count(waves.length - shown.length, 'more wave')}`] : []),
  ];
}

type Next = { readonly command: string; readonly purpose: string };

function listNext(
  { artifact, region }: Asked,
  { path, allowOutside, diagnostics }: Written,
): readonly Next[] {
  const plan = `${quoteForShell(path)}${allowOutside ? ' --allow-outside' : ''}`;
  const isToUpload = diagnostics.some(({ code }) => code === 'artifact-not-uploaded');
  return [
    ...('path' in artifact && isToUpload
      ? [
          {
            command: `breakwater artifact upload ${quoteForShell(artifact.path)} --region ${region}`,
            purpose: 'upload it',
          },
        ]
      : []),
    { command: `breakwater plan ${plan}`, purpose: 'see what it would do' },
    { command: `breakwater rehearse ${plan} --break 5%`, purpose: 'see what stops it' },
    { command: `breakwater run ${plan} --simulate`, purpose: 'try it on a simulator' },
    { command: `breakwater run ${plan}`, purpose: 'deploy' },
  ];
}
