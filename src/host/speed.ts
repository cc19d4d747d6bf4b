/** How many times as fast as real time a simulated rollout may run. */
export const SPEED = { least: 1, most: 100_000, unlessGiven: 60 } as const;
