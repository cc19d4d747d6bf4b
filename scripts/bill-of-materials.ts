/**
 * What is bundled, as CycloneDX: scanners see the packages that installing Breakwater does not install. The same sources
 * give the same text: it has no serial number and no time.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { ROOT } from './bundle.ts';

type Manifest = { readonly name: string; readonly version: string; readonly license?: string };

/** `packages` are their folders, relative to the root. */
export function renderBillOfMaterials(packages: readonly string[]): string {
  const licences = new Contrib.License.Factories.LicenseFactory(() => undefined);
  const componentOf = (folder: string, type: Enums.ComponentType): Models.Component => {
    const { name, version, license } = JSON.parse(
      readFileSync(join(ROOT, folder, 'package.json'), 'utf8'),
    ) as Manifest;
    if (license === undefined) throw new Error(`${name} does not say its licence`);
    const scope = /^@[^/]+/.exec(name)?.[0] ?? null;
    const unscoped = scope === null ? name : name.slice(scope.length + 1);
    const purl = `pkg:npm/${scope === null ? '' : `${encodeURIComponent(scope)}/`}${unscoped}@${version}`;
    return new Models.Component(type, unscoped, {
      ...(scope === null ? {} : { group: scope }),
      version,
      purl,
      bomRef: purl,
      licenses: new Models.LicenseRepository([licences.makeFromString(license)]),
    });
  };
  const own = componentOf('.', Enums.ComponentType.Application);
  const bundled = packages.map((folder) => componentOf(folder, Enums.ComponentType.Library));
  // Two versions of one package are two components; one that lies in two folders is one.
  const components = [...new Map(bundled.map((component) => [component.purl, component])).values()];
  for (const { bomRef } of components) own.dependencies.add(bomRef);
  const bom = new Models.Bom({
    metadata: new Models.Metadata({ component: own }),
    components: new Models.ComponentRepository(components),
  });
  const normalizers = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(normalizers).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}
