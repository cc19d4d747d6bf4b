/** `breakwater follow-up`: checks again how the devices of a finished rollout ended, or closes its open devices. */
import { count, list, printable, renderNumber } from '../../base/text.ts';
import { identifyRunner } from '../../run/session/runner-identity.ts';
import { giveOrder } from '../../run/session/give-order.ts';
import type { JournalStore } from '../../store/journal.ts';
import { openProgress } from '../../views/live/open-progress.ts';
import { composeCommands } from '../../views/wording/commands.ts';
import type { Commands } from '../../views/wording/commands.ts';
import { adviseHeld, describeLockOwner, describeOpen } from '../../views/wording/describe-others.ts';
import { EXIT, OUTCOME_OF_STOP } from '../../views/tables/outcomes.ts';
import type { ExitCode } from '../../views/tables/outcomes.ts';
import { fold } from '../../rollout/apply.ts';
import { openDevicesOf } from '../../rollout/open-devices.ts';
import { isFinished } from '../../rollout/state.ts';
import type { RolloutState } from '../../rollout/state.ts';
import { followUp } from '../../run/loop/follow-up.ts';
import type { FollowUpResult } from '../../run/loop/follow-up.ts';
import type { Settings } from '../../settings/settings.ts';
import { findRollout } from '../find-rollout.ts';
import type { FoundRollout } from '../../run/session/find-rollout.ts';
import { fail, isColourful, print, listenForStop } from '../io.ts';
import type { Io } from '../io.ts';
import { openApi } from '../open-api.ts';
import { orderPorts, printOrder } from '../print-order.ts';
import { withStore } from '../with-store.ts';
import type { StoreFlags } from '../with-store.ts';

export type FollowUpFlags = StoreFlags & {
  readonly name: string;
  /** Whether to close open devices instead of asking the API. */
  readonly acceptOpen: boolean;
  readonly reason: string | null;
};

const SERIALS_NAMED = 5;

export function runFollowUp(flags: FollowUpFlags, io: Io): Promise<ExitCode> {
  const { acceptOpen, reason } = flags;
  if (acceptOpen && reason === null)
    return Promise.resolve(
      fail(
        io,
        EXIT.refused,
        '--accept-open needs --reason TEXT. The record shows the reason and who closed the devices.',
      ),
    );
  if (!acceptOpen && reason !== null)
    return Promise.resolve(fail(io, EXIT.refused, '--reason is allowed only with --accept-open'));
  return withStore({ ...flags, callsApi: !acceptOpen }, io, async (store, settings) => {
    const found = await findRollout(flags.name, store, io);
    if (typeof found === 'number') return found;
    const { state, name } = found;
    if (state.simulated)
      return fail(io, EXIT.refused, `${name} was simulated, so the API cannot be asked about its devices`);
    if (!isFinished(state))
      return fail(
        io,
        EXIT.refused,
        `${name} is not finished. Run its plan until it is finished, then follow it up.`,
      );
    return acceptOpen ? close(found, { flags, store }, io) : ask(found, { flags, store, settings }, io);
  });
}

type Place = { readonly flags: FollowUpFlags; readonly store: JournalStore };

async function close({ name }: FoundRollout, { flags, store }: Place, io: Io): Promise<ExitCode> {
  const what = { kind: 'accept-open' } as const;
  const { reason } = flags;
  const wanted = { rollout: name, what, reason, allowOverlap: false };
  const result = await giveOrder(wanted, orderPorts(store, io));
  return printOrder(result, flags.state === null ? null : store.location, io);
}

type Asking = Place & { readonly settings: Settings };

async function ask(found: FoundRollout, { flags, store, settings }: Asking, io: Io): Promise<ExitCode> {
  const { name } = found;
  const commands = commandsOf(found.state, { flags, store });
  const opened = await openApi({ settings, region: found.state.plan.region, clock: io.clock }, io);
  if (opened.kind === 'failed') return fail(io, opened.exit, opened.message);
  const signals = listenForStop(io);
  try {
    const held = await store.open(name, identifyRunner(io));
    if (held.kind === 'problem') return fail(io, EXIT.environment, held.message);
    if (held.kind === 'held')
      return fail(
        io,
        EXIT.held,
        `${describeLockOwner(name, held.holder, io.clock.now())}.\n${adviseHeld(held.holder, commands)}`,
      );
    const journal = held.value;
    const view = await openProgress('plain', {
      stream: io.stderr,
      clock: io.clock,
      colour: isColourful(io, io.stderr, flags.color),
    });
    try {
      const state = fold(journal.events);
      if (state === null || !isFinished(state))
        return fail(
          io,
          EXIT.refused,
          `${name} was continued by another runner. Run its plan until it is finished.`,
        );
      const shared = (await journal.sharedCalls?.(opened.budgetKey)) ?? null;
      if (shared?.kind === 'problem') return fail(io, EXIT.environment, shared.message);
      const { api } = opened;
      const ports = { api, journal, clock: io.clock, observer: view, shared: shared?.value ?? null };
      return conclude(await followUp(state, { ...ports, stop: signals.stop }), commands, io);
    } finally {
      await view.close();
      await journal.close();
    }
  } finally {
    signals.close();
    await opened.api.close();
  }
}

function commandsOf({ plan }: RolloutState, { flags, store }: Place): Commands {
  return composeCommands({
    name: plan.name,
    planPath: null,
    simulate: null,
    rollbackOf: plan.rollbackOf?.name ?? null,
    state: flags.state === null ? null : store.location,
  });
}

function conclude(result: FollowUpResult, commands: Commands, io: Io): ExitCode {
  const { state, asked, of, stopped } = result;
  const open = openDevicesOf(state);
  print(
    io.stdout,
    [
      `Rollout ${printable(state.plan.name)}: checked ${renderNumber(asked)} of ${count(of, 'deployment')} again`,
      ...describeLate(state),
      ...describeForgotten(state),
      open.length === 0
        ? '  no device is open'
        : `  open: ${describeOpen({ rollout: state.plan.name, startedAt: state.startedAt, isArchived: false, devices: open })}`,
      ...(open.length === 0
        ? []
        : [
            'Next: check again later',
            `  ${commands.followUp()}`,
            'or close the open devices with a reason',
            `  ${commands.acceptOpen()}`,
          ]),
      '',
    ].join('\n'),
  );
  if (stopped === null) return open.length === 0 ? EXIT.completed : EXIT.unfinished;
  return fail(io, EXIT[OUTCOME_OF_STOP[stopped.why]], stopped.message);
}

function describeLate({ deployments }: RolloutState): readonly string[] {
  return (['success', 'failed'] as const).flatMap((outcome) => {
    const serials = [...deployments.values()].flatMap(({ lateOutcomes }) =>
      [...lateOutcomes].filter(([, word]) => word === outcome).map(([serial]) => printable(serial)),
    );
    return serials.length === 0
      ? []
      : [`  ${count(serials.length, 'device')} ended late as ${outcome}: ${list(serials, SERIALS_NAMED)}`];
  });
}

/** Their devices stay open: the outcome is unknown. */
function describeForgotten({ deployments }: RolloutState): readonly string[] {
  const keys = [...deployments.values()]
    .filter(({ followedUp }) => followedUp?.answer === 'not-found')
    .map(({ key }) => printable(key));
  return keys.length === 0
    ? []
    : [`  the API no longer knows ${count(keys.length, 'deployment')}: ${list(keys, SERIALS_NAMED)}`];
}
