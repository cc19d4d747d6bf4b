/** What `breakwater explain` shows for a code. Plain text, with backticks around commands, keys and values. */
export type Explanation = {
  /** Its meaning in one short sentence. The list of all codes shows it too. */
  readonly meaning: string;
  /** Why it matters, or why Breakwater is strict here. */
  readonly why: string;
  /** What to do next. */
  readonly next: string;
  /** Commands for `next`; `NAME` is the name of the rollout, `PLAN` the path of the plan. */
  readonly commands?: readonly string[];
};
