/** Commands that give an order to a rollout. */
import { PLAIN_ORDER_KINDS, resumesPosting } from '../rollout/order.ts';
import type { Command } from 'commander';
import { addCommand, reasonOption, stateOption } from './define-command.ts';
import type { Answering, Colour } from './define-command.ts';

export function defineOrders(program: Command, { io, setCode }: Answering): void {
  program.commandsGroup('Orders to a rollout:');

  addCommand(program, 'approve')
    .argument('<name>', 'Name of a rollout')
    .requiredOption('--wave <wave>', 'Wave to approve')
    .addOption(reasonOption())
    .addOption(stateOption())
    .action(async (name: string, { wave, color, ...flags }: ApproveFlags) => {
      const { runOrder } = await import('./commands/order.ts');
      const what = { kind: 'approve', wave } as const;
      const { reason = null, state = null } = flags;
      setCode(await runOrder({ name, what, reason, state, allowOverlap: false, color }, io));
    });

  for (const kind of PLAIN_ORDER_KINDS) {
    const command = addCommand(program, kind)
      .argument('<name>', 'Name of a rollout')
      .addOption(reasonOption().makeOptionMandatory(kind === 'resume'))
      .addOption(stateOption());
    if (resumesPosting(kind))
      command.option('--allow-overlap', 'Continue although another unfinished rollout shares devices', false);
    command.action(async (name: string, flags: OrderFlags) => {
      const { runOrder } = await import('./commands/order.ts');
      const { reason = null, state = null, allowOverlap = false, color } = flags;
      setCode(await runOrder({ name, what: { kind }, reason, state, allowOverlap, color }, io));
    });
  }

  addCommand(program, 'settle')
    .argument('<name>', 'Name of a rollout')
    .requiredOption('--deployment <key>', 'Deployment in doubt, such as canary/1')
    .option('--adopt <id>', 'Id of the existing deployment; its devices are polled from now on')
    .option(
      '--not-created',
      'Confirm that the deployment does not exist; its devices may be deployed to',
      false,
    )
    .addOption(reasonOption())
    .addOption(stateOption())
    .action(async (name: string, flags: SettleFlags) => {
      const { runSettle } = await import('./commands/settle.ts');
      const { adopt = null, reason = null, state = null, ...rest } = flags;
      setCode(await runSettle({ name, adopt, reason, state, ...rest }, io));
    });

  addCommand(program, 'follow-up')
    .argument('<name>', 'Name of a finished rollout')
    .option('--accept-open', 'Close the open devices without asking the API; needs --reason', false)
    .addOption(reasonOption())
    .addOption(stateOption())
    .action(async (name: string, { acceptOpen, reason, state, color }: FollowUpFlags) => {
      const { runFollowUp } = await import('./commands/follow-up.ts');
      const flags = { name, acceptOpen, reason: reason ?? null, state: state ?? null, color };
      setCode(await runFollowUp(flags, io));
    });

  addCommand(program, 'unlock')
    .argument('<name>', 'Name of a rollout')
    .requiredOption(
      '--holder <holder>',
      'Id of the lock owner; a command that finds the rollout locked prints it',
    )
    .addOption(stateOption())
    .action(async (name: string, { holder, state, color }: UnlockFlags) => {
      const { runUnlock } = await import('./commands/unlock.ts');
      setCode(await runUnlock({ name, holder, state: state ?? null, color }, io));
    });
}

type OrderFlags = Colour & {
  readonly reason?: string;
  readonly state?: string;
  readonly allowOverlap?: boolean;
};

type ApproveFlags = Colour & { readonly wave: string; readonly reason?: string; readonly state?: string };

type SettleFlags = Colour & {
  readonly deployment: string;
  readonly adopt?: string;
  readonly notCreated: boolean;
  readonly reason?: string;
  readonly state?: string;
};

type FollowUpFlags = Colour & {
  readonly acceptOpen: boolean;
  readonly reason?: string;
  readonly state?: string;
};

type UnlockFlags = Colour & { readonly holder: string; readonly state?: string };
