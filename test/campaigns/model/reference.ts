/**
 * How waves are judged, once more and as simply as it can be said: from the product's rules alone, with devices in plain
 * maps, and with fractions compared crosswise in big integers where the engine rounds. It shares nothing with the engine.
 */

export type ReferenceThreshold = { readonly count: number } | { readonly millionths: number };

export type ReferenceWave = {
  readonly name: string;
  readonly devices: readonly string[];
  readonly minSuccess: ReferenceThreshold | null;
  readonly maxFailures: ReferenceThreshold | null;
  readonly ignoresRejected: boolean;
};

export type ReferencePlan = {
  readonly maxFailures: ReferenceThreshold | null;
  readonly waves: readonly ReferenceWave[];
};

export type Word = 'success' | 'failed' | 'rejected' | 'timed-out' | 'unknown';

export type Fact =
  | { readonly kind: 'ended'; readonly device: string; readonly as: Word }
  /** After a halt: the failures so far no longer count. */
  | { readonly kind: 'resumed' }
  /** Each deployment of earlier waves with a success was asked about again. */
  | { readonly kind: 'checked' }
  /** After a halt: these devices are open again. */
  | { readonly kind: 'retried'; readonly devices: readonly string[] };

export type Verdict = {
  /** How many waves have passed. */
  readonly passed: number;
  /** `null` unless it has halted. */
  readonly halt: {
    readonly wave: string;
    readonly reason: string;
    readonly failures: number;
    readonly base: number;
    readonly acknowledged: number;
  } | null;
};

/** The comparisons on which everything hangs; a campaign swaps them for wrong ones to see that it would notice. */
export type Arithmetic = {
  /** Whether `failures` of `base` are more than `threshold` tolerates. */
  readonly isTooMany: (failures: number, threshold: ReferenceThreshold, base: number) => boolean;
  /** Whether `successes` of `base` are fewer than `threshold` needs. */
  readonly isTooFew: (successes: number, threshold: ReferenceThreshold, base: number) => boolean;
  readonly baseOf: (wave: ReferenceWave, rejected: number) => number;
  /** Whether a wave in which at most `successes` devices can succeed is one without a success. */
  readonly isWithoutSuccess: (successes: number) => boolean;
};

export const EXACT: Arithmetic = {
  isTooMany: (failures, threshold, base) =>
    'count' in threshold
      ? failures > threshold.count
      : BigInt(failures) * 1_000_000n > BigInt(threshold.millionths) * BigInt(base),
  isTooFew: (successes, threshold, base) =>
    'count' in threshold
      ? successes < threshold.count
      : BigInt(successes) * 1_000_000n < BigInt(threshold.millionths) * BigInt(base),
  baseOf: ({ devices, ignoresRejected }, rejected) =>
    ignoresRejected && rejected < devices.length ? devices.length - rejected : devices.length,
  isWithoutSuccess: (successes) => successes === 0,
};

export class Reference {
  private readonly plan: ReferencePlan;
  private readonly arithmetic: Arithmetic;
  private readonly words = new Map<string, Word>();
  private readonly acknowledged = new Set<string>();
  private passed = 0;
  /** Whether the devices of earlier waves were asked about since the wave that is next began. */
  private isChecked = false;
  private halt: Verdict['halt'] = null;

  constructor(plan: ReferencePlan, arithmetic: Arithmetic = EXACT) {
    this.plan = plan;
    this.arithmetic = arithmetic;
  }

  /** Facts that came in one piece are judged as one. */
  learn(facts: readonly Fact[]): Verdict {
    for (const fact of facts) this.take(fact);
    this.judge();
    return { passed: this.passed, halt: this.halt };
  }

  private take(fact: Fact): void {
    switch (fact.kind) {
      case 'ended': {
        const known = this.words.get(fact.device);
        // What was declared stays; between success and failed the latest word counts.
        if (known === undefined || known === 'success' || known === 'failed')
          this.words.set(fact.device, fact.as);
        return;
      }
      case 'resumed':
        for (const [device, word] of this.words) if (word !== 'success') this.acknowledged.add(device);
        this.halt = null;
        this.isChecked = false;
        return;
      case 'checked':
        this.isChecked = true;
        return;
      case 'retried':
        for (const device of fact.devices) {
          this.words.delete(device);
          this.acknowledged.delete(device);
        }
        this.halt = null;
        this.isChecked = false;
    }
  }

  private judge(): void {
    for (let wave = this.plan.waves[this.passed]; wave !== undefined; wave = this.plan.waves[this.passed]) {
      if (this.halt !== null) return;
      const own = this.count(wave);
      const reason = this.reasonIn(wave, own);
      const all = this.plan.waves.map((one) => this.count(one)).reduce(add);
      const { maxFailures } = this.plan;
      if (reason !== null) this.halt = { wave: wave.name, reason, ...own };
      else if (maxFailures !== null && this.arithmetic.isTooMany(all.failures, maxFailures, all.base))
        this.halt = { wave: wave.name, reason: 'rollout-failures-exceeded', ...all };
      else if (wave.devices.every((device) => this.words.has(device)) && !this.needsCheck()) {
        this.passed++;
        this.isChecked = false;
      } else return;
    }
  }

  /** A wave passes once the successes of earlier waves were asked about again. */
  private needsCheck(): boolean {
    const earlier = this.plan.waves.slice(0, this.passed).flatMap(({ devices }) => devices);
    return !this.isChecked && earlier.some((device) => this.words.get(device) === 'success');
  }

  private count(wave: ReferenceWave): Count {
    const rejected = wave.devices.filter((device) => this.words.get(device) === 'rejected').length;
    const base = this.arithmetic.baseOf(wave, rejected);
    const failed = wave.devices.filter((device) => {
      const word = this.words.get(device);
      const isOut = word === 'rejected' && base < wave.devices.length;
      return word !== undefined && word !== 'success' && !isOut;
    });
    const acknowledged = failed.filter((device) => this.acknowledged.has(device)).length;
    return { failures: failed.length - acknowledged, base, acknowledged };
  }

  private reasonIn(
    { minSuccess, maxFailures }: ReferenceWave,
    { failures, base, acknowledged }: Count,
  ): string | null {
    const { isTooMany, isTooFew } = this.arithmetic;
    const tooMany = (n: number) => maxFailures !== null && isTooMany(n, maxFailures, base);
    const tooFew = (n: number) => minSuccess !== null && isTooFew(base - n, minSuccess, base);
    // However much is tolerated, and whatever was acknowledged: a new failure is too many once none can succeed.
    const isHopeless = failures > 0 && this.arithmetic.isWithoutSuccess(base - failures - acknowledged);
    if (!tooMany(failures) && !tooFew(failures)) return isHopeless ? 'success-unreachable' : null;
    // The stricter of the two decides: the one that fewer failures would have tripped, found by counting up.
    for (let n = Math.min(0, failures); ; n++) {
      if (tooMany(n)) return 'failures-exceeded';
      if (tooFew(n)) return 'success-unreachable';
    }
  }
}

type Count = { readonly failures: number; readonly base: number; readonly acknowledged: number };

function add(a: Count, b: Count): Count {
  return {
    failures: a.failures + b.failures,
    base: a.base + b.base,
    acknowledged: a.acknowledged + b.acknowledged,
  };
}
