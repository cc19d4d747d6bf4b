import { describeDiagnostics } from '../findings/render-json.ts';
import { openAnyFiles, withText } from '../files/files.ts';
import { DEFAULT_SCENARIO, loadScenario } from '../backend/simulator/load-scenario.ts';
import type { Scenario } from '../backend/simulator/scenario.ts';
import { ScenarioError } from './errors.ts';
import type { FileText } from './load-plan.ts';

/** A healthy fleet unless one is given. Throws a `ScenarioError` where it has findings. */
export function readScenario(given: string | FileText | undefined): Scenario {
  if (given === undefined) return DEFAULT_SCENARIO;
  const files = openAnyFiles(process.cwd()).readFile;
  const { path, readFile } =
    typeof given === 'string'
      ? { path: given, readFile: files }
      : { path: given.path, readFile: withText(given, files) };
  const { scenario, diagnostics, sources } = loadScenario(path, readFile);
  if (scenario === null) throw new ScenarioError(path, describeDiagnostics(diagnostics, sources));
  return scenario;
}
