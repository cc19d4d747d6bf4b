/** What `breakwater explain` tells of a code. In plain text, with backticks around what is typed or written in a file. */
export type Explanation = {
  /** What it says, in one short sentence: the list of all codes has it too. */
  readonly meaning: string;
  /** Why it matters, or why Breakwater is so strict about it. */
  readonly why: string;
  /** What to do. */
  readonly next: string;
  /** To be typed then; `NAME` is the rollout's, `PLAN` the plan's path. */
  readonly commands?: readonly string[];
};
