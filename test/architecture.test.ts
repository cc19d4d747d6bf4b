/** `src/ARCHITECTURE.md` says what there is: each folder, and each package and why. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './kit/command.ts';
import { firstCells, sectionOf } from './kit/sections.ts';

const ARCHITECTURE = readFileSync(join(ROOT, 'src/ARCHITECTURE.md'), 'utf8');

test('the code map has every folder of `src`, and no other', () => {
  const folders = readdirSync(join(ROOT, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `\`${name}/\``);
  expect([...(firstCells(sectionOf(ARCHITECTURE, 'Code map'))[0] ?? [])].sort()).toEqual(folders.sort());
});

test('every package is justified and counted, and none that is not there', () => {
  const { dependencies = {}, devDependencies } = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ) as {
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  const section = sectionOf(ARCHITECTURE, 'Packages');
  const [atWork = [], forMaking = []] = firstCells(section).map((cells) =>
    cells.flatMap((cell) => cell.split(', ')),
  );
  const named = Object.keys({ ...dependencies, ...devDependencies });
  expect([...atWork, ...forMaking].sort()).toEqual(named.sort());
  expect(section).toContain(
    `Of the ${named.length} packages that \`package.json\` names, ${atWork.length} are for what Breakwater does and ${forMaking.length} for making it.`,
  );
});
