/** Who runs this, for the record and for whoever finds a lock. */
import { hostname, userInfo } from 'node:os';
import type { RunnerIdentity } from '../../rollout/event.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export type Starter = {
  readonly env: Environment;
  /** Who or what it is; where that is not said, the CI run that `env` tells of, or the user. */
  readonly startedBy?: string | null;
};

export function identifyRunner({ env, startedBy = null }: Starter): RunnerIdentity {
  return { host: hostname(), pid: process.pid, startedBy: startedBy ?? ciRunOf(env) ?? userName() };
}

/** The address of the CI run, as GitHub Actions and GitLab CI tell it. */
function ciRunOf(env: Environment): string | null {
  const {
    GITHUB_SERVER_URL: server,
    GITHUB_REPOSITORY: repository,
    GITHUB_RUN_ID: run,
    CI_JOB_URL: job,
  } = env;
  if (server !== undefined && repository !== undefined && run !== undefined) {
    return `${server}/${repository}/actions/runs/${run}`;
  }
  return job ?? null;
}

/** The operating system knows no name for some users, as in a container that runs under a bare number. */
function userName(): string | null {
  try {
    return userInfo().username;
  } catch {
    return null;
  }
}
