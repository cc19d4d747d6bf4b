/**
 * What no rollout may do, however often its processes were killed. The ledger is the simulator's, the judging is done
 * anew here, in a few lines; Breakwater is asked only what it says to its users.
 */
import { findViolations } from '../../../src/backend/simulator/checker.ts';
import type { Ledger, LedgerDeployment } from '../../../src/backend/simulator/ledger.ts';
import type { JournaledEvent } from '../../../src/rollout/event.ts';
import { claimsOf, doubtsIn, haltOf, readDeployments } from './record.ts';
import type { OnRecord } from './record.ts';
import { ARTIFACT, fateOf } from './shapes.ts';
import type { Shape } from './shapes.ts';

export type Violation = { readonly kind: string; readonly what: string };

export type Evidence = {
  readonly shape: Shape;
  readonly ledger: Ledger;
  readonly events: readonly JournaledEvent[];
  /** Lines that hooks and gates have left, in their order. */
  readonly ran: readonly string[];
};

/** What `breakwater status --format json` says: the rollout's status, and each serial's standing. */
export type Told = {
  readonly status: string;
  readonly events: number;
  readonly standings: ReadonlyMap<string, string>;
};

/** Of a rollout that has come to its end. `reference` is of one with the same seed that nobody disturbed. */
export function judgeEnd(evidence: Evidence, told: Told, reference: Told): readonly Violation[] {
  return [
    ...judgeDeployments(evidence),
    ...judgeAccounts(evidence),
    ...doubtsIn(readDeployments(evidence.events)).map(({ key }) =>
      violation('left-in-doubt', `${key} has no answer on record at the end`),
    ),
    ...judgeRecord(evidence, told),
    ...judgeCommands(evidence),
    ...compareStandings(evidence, told, reference),
  ];
}

/** What was deployed so far, by the ledger and by when the halt was on record. */
export function judgeDeployments({ shape, ledger, events }: Evidence): readonly Violation[] {
  const halt = haltOf(events);
  const deployments = readDeployments(events);
  // A POST that was under way when the halt came cannot be recalled; its intent stands before the halt.
  const wasUnderWay =
    halt !== null && events.some(({ type, seq }) => seq > halt.seq && type === 'deployment-accepted');
  const found = findViolations(ledger, {
    artifactUuid: ARTIFACT,
    waves: shape.waves.map(({ serials }) => serials),
    attemptsMax: 1,
    haltedAt: wasUnderWay ? null : (halt?.at ?? null),
  });
  return [
    ...found.map(({ kind, ...facts }) => violation(kind, JSON.stringify(facts))),
    ...deployments
      .filter(({ intendedSeq }) => halt !== null && intendedSeq > halt.seq)
      .map(({ key }) => violation('intended-after-halt', key)),
    ...judgeWaves(shape, ledger, deployments),
  ];
}

/** Before a wave begins, every earlier one has ended, and no more of its devices failed than it tolerates. */
function judgeWaves(
  shape: Shape,
  { deployments }: Ledger,
  onRecord: readonly OnRecord[],
): readonly Violation[] {
  return deployments.flatMap((deployment) => {
    const wave = shape.waves.findIndex(({ serials }) =>
      serials.includes(deployment.devices[0]?.serial ?? ''),
    );
    return shape.waves.slice(0, Math.max(0, wave)).flatMap((earlier, index): readonly Violation[] => {
      const about = `deployment ${deployment.ordinal} of wave ${wave + 1}, wave ${index + 1}`;
      const open = earlier.serials.filter(
        (serial) => !hasEnded(serial, { deployments, onRecord, timeoutMs: earlier.timeoutMs }, deployment.at),
      );
      const failures = earlier.serials.filter((serial) => fateOf(serial) !== 'success').length;
      return [
        ...open.map((serial) => violation('wave-before-the-end-of-another', `${about}: ${serial} is open`)),
        ...(failures > earlier.maxFailures
          ? [violation('wave-after-a-failed-one', `${about}: ${failures} failures`)]
          : []),
      ];
    });
  });
}

type Deployed = {
  readonly deployments: readonly LedgerDeployment[];
  readonly onRecord: readonly OnRecord[];
  readonly timeoutMs: number;
};

/**
 * Whoever is told by a hook is told once at most, of a doubt once for each that had to be settled; and nothing is posted that
 * a hook or a gate was not asked about.
 */
function judgeCommands({ shape, ledger, events, ran }: Evidence): readonly Violation[] {
  if (!shape.isStaged) return [];
  const settled = events.flatMap((event) =>
    event.type === 'deployment-settled' ? [`onDoubt ${event.deployment.split('/')[0]} in-doubt`] : [],
  );
  const twice = ran.filter((line, index) => {
    const occasions = line.startsWith('onDoubt ') ? settled.filter((one) => one === line).length : 1;
    const before = ran.slice(0, index).filter((one) => one === line).length;
    return /^(?:after|on)/.test(line) && before >= occasions;
  });
  const reached = shape.waves.findLastIndex(({ serials }) =>
    ledger.deployments.some(({ devices }) => devices.some(({ serial }) => serials.includes(serial))),
  );
  const asked = [
    'beforeRollout ',
    ...shape.waves.flatMap((_, index) => [
      ...(index <= reached ? [`beforeWave wave-${index + 1}`] : []),
      ...(index < reached ? [`gate wave-${index + 1}`] : []),
    ]),
  ];
  return [
    ...twice.map((line) => violation('told-twice', line)),
    ...asked.filter((line) => !ran.includes(line)).map((line) => violation('not-asked', line)),
  ];
}

/** By the world's own times; a device that never ends has ended once its deployment's time was out. */
function hasEnded(serial: string, { deployments, onRecord, timeoutMs }: Deployed, at: number): boolean {
  const deployment = deployments.find(({ devices }) => devices.some((device) => device.serial === serial));
  if (deployment === undefined) return false;
  if (fateOf(serial) === 'rejected') return true;
  const endsAt = deployment.devices.find((device) => device.serial === serial)?.endsAt ?? Infinity;
  // An adopted deployment's time runs from its intent: nothing tells it more exactly.
  const intendedAt = onRecord.find(({ answer }) => answer.kind === 'accepted' && answer.id === deployment.id);
  const startedAt = Math.min(deployment.at, intendedAt?.intendedAt ?? deployment.at);
  return at >= Math.min(endsAt, startedAt + timeoutMs);
}

/** Every deployment of the ledger is on record, as one that is claimed or as one that may exist; and the other way round. */
export function judgeAccounts({ ledger, events }: Evidence): readonly Violation[] {
  const onRecord = readDeployments(events);
  const claims = claimsOf(onRecord);
  const doubts = doubtsIn(onRecord);
  const made = new Map(ledger.deployments.map((deployment) => [deployment.id, deployment]));
  const untracked = ledger.deployments.filter(
    (deployment) => !claims.has(deployment.id) && !doubts.some(({ devices }) => holds(deployment, devices)),
  );
  return [
    ...untracked.map(({ id, ordinal }) =>
      violation('lost-track', `deployment ${ordinal} (${id}) is not on record`),
    ),
    ...onRecord.flatMap(({ key, devices, answer }): readonly Violation[] => {
      if (answer.kind !== 'accepted') return [];
      const deployment = made.get(answer.id);
      return deployment !== undefined && holds(deployment, devices)
        ? []
        : [
            violation(
              'false-record',
              `${key} is on record as ${answer.id}, which the API does not hold for it`,
            ),
          ];
    }),
  ];
}

/** Whether the deployment is of exactly these devices. */
export function holds({ devices }: LedgerDeployment, serials: readonly string[]): boolean {
  return devices.length === serials.length && devices.every(({ serial }) => serials.includes(serial));
}

function judgeRecord({ events }: Evidence, told: Told): readonly Violation[] {
  const gap = events.findIndex(({ seq }, index) => seq !== index + 1);
  return [
    ...(gap === -1 ? [] : [violation('record-has-a-gap', `event ${gap + 1}`)]),
    ...(events.length === told.events
      ? []
      : [violation('record-is-not-whole', `${events.length} events on record, ${told.events} told`)]),
  ];
}

function compareStandings({ shape, events }: Evidence, told: Told, reference: Told): readonly Violation[] {
  const deployments = readDeployments(events);
  const isUntold = (serial: string) =>
    deployments.some(
      ({ answer, devices }) =>
        answer.kind === 'accepted' && !answer.tellsRejected && devices.includes(serial),
    );
  const wrong = shape.waves
    .flatMap(({ serials }) => serials)
    .flatMap((serial): readonly Violation[] => {
      const standing = told.standings.get(serial) ?? 'nowhere';
      const wanted = reference.standings.get(serial) ?? 'nowhere';
      // The answer that rejected it was lost or unreadable, and no later one says it again.
      const isForgotten = standing === 'unknown' && wanted === 'rejected' && isUntold(serial);
      return standing === wanted || isForgotten
        ? []
        : [violation('wrong-standing', `${serial} is ${standing}, undisturbed it is ${wanted}`)];
    });
  const status = told.status === reference.status ? [] : [violation('wrong-status', told.status)];
  return [...status, ...wrong];
}

export function violation(kind: string, what: string): Violation {
  return { kind, what };
}
