/** Why a rollout can wait, and the words for it. */

/** Why a wave waits with nothing in flight; `signature`: a signed request that may still be sent has not expired yet. */
export type WaveWait = 'approval' | 'window' | 'soak' | 'gate' | 'signature';

/** Those that end by themselves. */
export type TimedWait = Exclude<WaveWait, 'approval'>;

/** One of them. An unknown name does not compile; with `Extract` it would give an empty type. */
export type TimedWaitNamed<Name extends TimedWait> = Name;

export type WaitReason = WaveWait | 'devices-online' | 'rate-limit' | 'paused';

/** After the name of the wave. */
export const WAVE_WAITS: Readonly<Record<WaveWait, string>> = {
  approval: 'waits for approval',
  window: 'waits for its window',
  soak: 'soaks',
  gate: 'waits for the retry of a gate',
  signature: 'waits until a signed request expires that an earlier runner may still send',
};

/** Whether `onWait` hooks are run while a run waits for it, and not only where the run ends because of it. */
export const IS_NOTIFIED_AT_ONCE: Readonly<Record<TimedWait, boolean>> = {
  window: true,
  soak: false,
  gate: false,
  signature: false,
};

/** After "waits for"; everything except a resume. */
export const AWAITED: Readonly<Record<Exclude<WaitReason, 'paused'>, string>> = {
  approval: 'an approval',
  window: 'a window',
  soak: 'a soak',
  gate: 'a gate',
  'rate-limit': 'the rate limit',
  'devices-online': 'devices to come online',
  signature: 'a signed request to expire',
};
