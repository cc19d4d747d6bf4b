/**
 * Breakwater as a library: the engine of the command line, for programs with their own settings and their own output. It reads
 * no settings file and does not change the process. Everything is passed in.
 *
 * @packageDocumentation
 */
export { BreakwaterError, ListenerError, OptionError, ScenarioError, UploadsError } from './errors.ts';
export { loadPlan } from './load-plan.ts';
export type { Finding, FindingPlace } from './findings.ts';
export type { LoadedPlan, LoadOptions } from './load-plan.ts';
export { giveOrder } from './give-order.ts';
export type { OrderOptions, OrderSummary, RolloutOrder } from './give-order.ts';
export type { OrderOutcome } from '../run/session/describe-order.ts';
export { previewRollout } from './preview-rollout.ts';
export type { PreviewOptions } from './preview-rollout.ts';
export type { RolloutPreview } from './generated/preview.d.ts';
export { runRollout } from './run-rollout.ts';
export type {
  ApiAccess,
  Approval,
  FileText,
  PollingOptions,
  RealRun,
  RunOptions,
  RunSettings,
  SimulatedRun,
  SimulatorOptions,
} from './run-options.ts';
export type { RunSummary } from './run-summary.ts';
export type { RolloutStatus } from './generated/status.d.ts';
export type { RunEvent } from './generated/run-event.d.ts';
export type { RunOutcome } from '../views/tables/outcomes.ts';
export type { RolloutPlan } from '../plan/rollout-plan.ts';
