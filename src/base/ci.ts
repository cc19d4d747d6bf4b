/** Whether a job of a CI service runs this. */

type Env = Readonly<Record<string, string | undefined>>;

/** Of services that do not set `CI`: Azure Pipelines, Jenkins, AWS CodeBuild and TeamCity. */
const MARKS = ['TF_BUILD', 'JENKINS_URL', 'CODEBUILD_BUILD_ID', 'TEAMCITY_VERSION'];

export function isCi(env: Env): boolean {
  return markOfCi(env) !== null;
}

/**
 * The variable that tells of a CI service: `CI`, where it is neither empty, `false` nor `0`; where it is not set at all, what a
 * service sets in its place. `null` where nothing does.
 */
export function markOfCi(env: Env): string | null {
  const { CI: ci } = env;
  if (ci === undefined) return MARKS.find((name) => (env[name] ?? '') !== '') ?? null;
  return ci === '' || ci === 'false' || ci === '0' ? null : 'CI';
}
