/** `breakwater settle`: records whether a deployment exists whose answer was lost. */
import { printable } from '../../base/text.ts';
import { parseDeploymentId } from '../../plan/identifiers.ts';
import type { Region } from '../../plan/rollout-plan.ts';
import type { Settlement } from '../../rollout/order.ts';
import { giveOrder } from '../../run/session/give-order.ts';
import { EXIT } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { fail } from '../io.ts';
import type { Io } from '../io.ts';
import { openApi } from '../open-api.ts';
import { orderPorts, printOrder } from '../print-order.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type SettleFlags = StoreFlags & {
  readonly name: string;
  readonly deployment: string;
  /** `null` together with `notCreated`. */
  readonly adopt: string | null;
  readonly notCreated: boolean;
  readonly reason: string | null;
};

export function runSettle(flags: SettleFlags, io: Io): Promise<ExitCode> {
  const settlement = readSettlement(flags);
  if (typeof settlement === 'string') return Promise.resolve(fail(io, EXIT.refused, settlement));
  const { name: rollout, deployment, reason } = flags;
  return withStore({ ...flags, callsApi: true }, io, async (store, settings) => {
    const { clock } = io;
    const what = {
      kind: 'settle',
      deployment,
      settlement,
      openApi: (region: Region) => openApi({ settings, region, clock }, io),
    } as const;
    const result = await giveOrder({ rollout, what, reason, allowOverlap: false }, orderPorts(store, io));
    return printOrder(result, flags.state === null ? null : store.location, io);
  });
}

function readSettlement({ adopt, notCreated }: SettleFlags): Settlement | string {
  if ((adopt !== null) === notCreated) {
    return 'pass --adopt ID if the deployment exists, or --not-created if it does not. Check the Allxon portal first.';
  }
  if (adopt === null) return { kind: 'not-created' };
  const deploymentId = parseDeploymentId(adopt);
  return deploymentId === null
    ? `"${printable(adopt)}" is not a valid deployment id. Copy the id from the Allxon portal.`
    : { kind: 'adopted', deploymentId };
}
