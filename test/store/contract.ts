/**
 * What every store of journals promises, whatever it keeps them in: run by the tests of each of them. Two handles stand
 * for two runners on two machines.
 */
import { describeArtifacts } from './contract/artifacts.ts';
import { describeHolding } from './contract/holding.ts';
import type { OpenWorld } from './contract/kit.ts';
import { describeOrdering } from './contract/ordering.ts';
import { describeRecording } from './contract/recording.ts';

/** `openWorld` is called by each test, and takes care of closing what it opened. */
export function describeStoreContract(name: string, openWorld: OpenWorld): void {
  describeRecording(name, openWorld);
  describeHolding(name, openWorld);
  describeOrdering(name, openWorld);
  describeArtifacts(name, openWorld);
}
