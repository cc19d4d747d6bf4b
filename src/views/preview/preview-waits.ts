/** What the waves of a plan wait for besides their devices, as `breakwater plan` shows it. */
import { namesOf } from '../../plan/format/key.ts';
import { WAVE_KEYS } from '../../plan/format/wave-keys.ts';
import type { InPreview, WaitFacts, WaitLine } from '../../plan/format/wave-keys.ts';
import type { Wave } from '../../plan/rollout-plan.ts';

export type WaitShown = {
  /** Of several waves: `windows`. */
  readonly many: string;
  readonly label: string;
  readonly lines: readonly WaitLine[];
};

/** In the order of the keys. */
export function listWaits(wave: Wave): readonly WaitShown[] {
  return namesOf(WAVE_KEYS).flatMap((name) => showWait(name, wave[name]) ?? []);
}

/** What any of the waves waits for, in the order of the keys: `windows`, `gates`. */
export function nameWaits(waves: readonly Wave[]): readonly string[] {
  return namesOf(WAVE_KEYS).flatMap((name) =>
    waves.flatMap((wave) => showWait(name, wave[name])?.many ?? []).slice(0, 1),
  );
}

export function waitFacts(wave: Wave): WaitFacts {
  const facts = namesOf(WAVE_KEYS).flatMap((name) => describeWait(name, wave[name]));
  // The type of `WAVE_KEYS` holds each to the type of its fact.
  return Object.fromEntries(facts) as WaitFacts;
}

function showWait<Name extends keyof Wave>(name: Name, value: Wave[Name]): WaitShown | null {
  const preview = previewOf(name);
  const given = value ?? null;
  if (preview.kind !== 'wait' || given === null) return null;
  const { many, label, lines } = preview;
  return { many, label, lines: lines(given) };
}

function describeWait<Name extends keyof Wave>(
  name: Name,
  value: Wave[Name],
): readonly (readonly [string, unknown])[] {
  const preview = previewOf(name);
  return preview.kind === 'wait' ? [[name, preview.fact(value)]] : [];
}

function previewOf<Name extends keyof Wave>(name: Name): InPreview<Name> {
  const previews: { readonly [Each in keyof Required<Wave>]: { readonly preview: InPreview<Each> } } =
    WAVE_KEYS;
  const { preview }: { readonly preview: InPreview<Name> } = previews[name];
  return preview;
}
