/** How a command ended, for whoever started it: whether to run it again, and who has to act. */
export const EXIT = {
  done: 0,
  halted: 1,
  /** The plan, the settings or the command line is wrong. */
  wrong: 2,
  /** Not finished; running it again goes on. */
  unfinished: 3,
  /** The API, the credentials or the journal. */
  environment: 4,
  /** Another runner holds this rollout. */
  held: 5,
  inDoubt: 6,
  /** Of `diff --exit-code`: the plans differ. */
  different: 10,
  bug: 70,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
