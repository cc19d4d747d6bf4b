/** Whether a job of a CI service runs this. */

/** Of services that do not set `CI`: Azure Pipelines, Jenkins, AWS CodeBuild and TeamCity. */
const MARKS = ['TF_BUILD', 'JENKINS_URL', 'CODEBUILD_BUILD_ID', 'TEAMCITY_VERSION'];

/** `CI` is set, and is not empty, `false` or `0`; where it is not set at all, by what a service sets in its place. */
export function isCi(env: Readonly<Record<string, string | undefined>>): boolean {
  const { CI: ci } = env;
  if (ci === undefined) return MARKS.some((name) => (env[name] ?? '') !== '');
  return ci !== '' && ci !== 'false' && ci !== '0';
}
