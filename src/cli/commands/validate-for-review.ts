/** Output of `validate` for tools that show findings beside the files of a repository. */
import {
  GITHUB_ANNOTATIONS_MAX,
  renderDiagnosticsGithub,
  renderGithubLine,
} from '../../findings/render-github.ts';
import type { DiagnosticCode, Diagnostic } from '../../findings/catalogue.ts';
import { renderDiagnosticsGitlab } from '../../findings/render-gitlab.ts';
import { renderDiagnosticsSarif } from '../../findings/render-sarif.ts';
import type { RuleText } from '../../findings/render-sarif.ts';
import { HOMEPAGE, VERSION } from '../../host/version.ts';
import { findingExplanations } from '../../findings/explanations.ts';
import { ENVIRONMENT } from '../../settings/check-settings.ts';
import type { Io } from '../io.ts';
import { STDIN_NAME } from './validate-inputs.ts';
import type { SourceFile } from '../../findings/source-place.ts';
import { dirname, resolve } from 'node:path';
import { isRepository, namesBelow, rootOf } from '../../files/repository.ts';

export type Validated = {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** Result of each plan, one line for each. */
  readonly results: readonly string[];
  /** Why a plan could not be checked completely. */
  readonly problems: readonly string[];
};

export function renderForReview(validated: Validated, format: 'github' | 'gitlab' | 'sarif', io: Io): string {
  const { diagnostics, sources, results, problems } = validated;
  const paths = createRepositoryPaths(io);
  const pathOf = (path: string) => (NO_FILES.has(path) ? null : paths(path));
  switch (format) {
    case 'github': {
      const lines = [...results, ...noteLimit(validated)];
      return `${renderDiagnosticsGithub(diagnostics, sources, pathOf)}${lines.map(renderGithubLine).join('')}`;
    }
    case 'gitlab':
      return renderDiagnosticsGitlab(diagnostics, sources, pathOf);
    case 'sarif':
      return renderDiagnosticsSarif(diagnostics, sources, {
        version: VERSION,
        homepage: HOMEPAGE,
        pathOf,
        explain,
        problems,
      });
  }
}

/** What findings are about that is no file. */
const NO_FILES: ReadonlySet<string> = new Set([ENVIRONMENT, STDIN_NAME]);

function explain(code: DiagnosticCode): RuleText {
  const { meaning, why, next } = findingExplanations[code];
  return { short: meaning, full: why, help: next };
}

/** GitHub silently drops further annotations. */
function noteLimit({ diagnostics }: Validated): readonly string[] {
  const most = GITHUB_ANNOTATIONS_MAX;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors <= most && diagnostics.length - errors <= most) return [];
  return [
    `GitHub shows only the first ${most} errors and the first ${most} warnings of a step beside the files. To see all: breakwater validate --format text`,
  ];
}

/**
 * From a path as the user typed it to the one from the root of the repository that the file is in: the git repository,
 * or else what GitHub Actions or GitLab CI works on, or else the current folder. With `/` on every system; `null` for a file that is
 * in none of them.
 */
function createRepositoryPaths({ cwd, env }: Pick<Io, 'cwd' | 'env'>): (path: string) => string | null {
  const workspaces = [env['GITHUB_WORKSPACE'], env['CI_PROJECT_DIR']].flatMap((folder) =>
    folder === undefined || folder === '' ? [] : [resolve(folder)],
  );
  const others = [...workspaces, cwd];
  return (path) => {
    const file = resolve(cwd, path);
    const repository = rootOf(dirname(file));
    const roots = isRepository(repository) ? [repository] : others;
    for (const root of roots) {
      const names = namesBelow(root, file);
      if (names !== null) return names.join('/');
    }
    return null;
  };
}
