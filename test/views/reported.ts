/** Rollouts whose reports are looked at, by the names of the golden files. */
import { present } from '../../src/base/assert.ts';
import type { DeploymentId, Serial } from '../../src/plan/identifiers.ts';
import { foldRecord } from '../../src/views/report/fold-record.ts';
import type { ReportEntry } from '../../src/views/report/record.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';
import { makePlan, makeWave, waveName } from '../kit/plans.ts';
import { devicesOf, ToldRollout } from '../kit/rollouts.ts';
import { given, STORIES } from './told-orders.ts';
import { intended, NO_ANSWER, stopped, toBerlin } from './told.ts';

export function entryOf({ events }: { readonly events: readonly JournaledEvent[] }): ReportEntry {
  return { record: present(foldRecord(events), 'a record'), isHeld: false };
}

/** What breaks terminals, tables, pages, XML, and spreadsheets, in one. */
export const HOSTILE =
  '=HYPERLINK("http://evil.example","x") \u001b[31mred\u001b[0m | `code` <script>alert(1)</script> @everyone #1 [x](http://evil.example)\r\n]]> \u0000\u202e\ufffe & "quoted" \'single\'';

/** Whatever text can come from outside is hostile. */
function hostileRollout(): ToldRollout {
  const name = '<b>|`$(id)`';
  const plan = makePlan([makeWave(name, 3, { devices: ['h-1', 'h-2', 'h-3'] as Serial[] })], {
    description: HOSTILE,
    hooks: { onHalt: [{ name: HOSTILE, run: ['./page.sh'], timeoutMs: 60_000 }] },
  });
  const page = { point: 'onHalt', wave: waveName(name), index: 1, round: 1, name: HOSTILE } as const;
  const told = new ToldRollout(plan)
    .tell({ type: 'runner-started', version: '0.1.0', runner: { host: HOSTILE, pid: 1, startedBy: HOSTILE } })
    .intend(name)
    .tell({
      type: 'deployment-not-made',
      deployment: `${name}/1`,
      failure: { kind: 'unreachable', message: HOSTILE, status: null, code: null, requestId: null },
    })
    .intend(name)
    .tell({
      type: 'deployment-accepted',
      deployment: `${name}/1`,
      deploymentId: '=1+1|`x`<i>' as DeploymentId,
      requestId: HOSTILE,
      rejected: [{ serial: 'h-1' as Serial, reason: HOSTILE }],
      unreadable: HOSTILE,
    })
    .tell(
      { type: 'hook-started', ...page },
      {
        type: 'hook-ended',
        ...page,
        result: { outcome: 'failed', detail: HOSTILE, output: HOSTILE, tookMs: 10 },
      },
      { type: 'grace-ended', unfinished: 2 },
      stopped('halted', HOSTILE),
    );
  return told.obey(given(told, 'abort', HOSTILE, HOSTILE));
}

function toCompleted(): ToldRollout {
  return toBerlin()
    .deploy('berlin', 1, ['berlin-7'])
    .report('berlin/1', { success: [...devicesOf('berlin', 1, 6), ...devicesOf('berlin', 8, 20)] })
    .deploy('berlin', 2)
    .report('berlin/2', { success: devicesOf('berlin', 21, 40) })
    .deploy('taipei')
    .report('taipei/1', { success: devicesOf('taipei', 1, 37) })
    .tell(stopped('completed', 'the rollout is complete'));
}

export const REPORTED: Readonly<Record<string, ReportEntry>> = {
  completed: entryOf(toCompleted()),
  running: { ...entryOf(toBerlin().deploy('berlin')), isHeld: true },
  halted: entryOf(STORIES['gate-failed']()),
  'in-doubt': entryOf(
    toBerlin().tell(
      intended(),
      { type: 'deployment-doubted', deployment: 'berlin/1', failure: NO_ANSWER },
      stopped('in-doubt', 'berlin/1'),
    ),
  ),
  retried: entryOf(STORIES['timed-out-and-retried']()),
  'taken-back': entryOf(STORIES['taken-back']()),
  hostile: entryOf(hostileRollout()),
};
