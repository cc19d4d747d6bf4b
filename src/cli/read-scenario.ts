/** The scenario for a simulator: the user's, or the default one, in which few devices fail. */
import { DEFAULT_SCENARIO, loadScenario } from '../backend/simulator/load-scenario.ts';
import type { Scenario } from '../backend/simulator/scenario.ts';
import type { Io } from './io.ts';
import { openAnyFiles } from '../files/files.ts';
import { printDiagnostics } from './read-plan.ts';

/** `null` if the scenario has errors, after printing them on stderr. */
export function loadScenarioOrReport(path: string | null, io: Io, color: boolean): Scenario | null {
  if (path === null) return DEFAULT_SCENARIO;
  const { scenario, diagnostics, sources } = loadScenario(path, openAnyFiles(io.cwd).readFile);
  printDiagnostics({ diagnostics, sources }, io, color);
  return scenario;
}
