/** What `validate` tells those who show findings beside the files of a repository. */
import {
  GITHUB_ANNOTATIONS_MAX,
  renderDiagnosticsGithub,
  renderGithubLine,
} from '../../findings/render-github.ts';
import type { DiagnosticCode, Diagnostic } from '../../findings/catalogue.ts';
import { renderDiagnosticsSarif } from '../../findings/render-sarif.ts';
import type { RuleText } from '../../findings/render-sarif.ts';
import { VERSION } from '../../host/version.ts';
import { findingExplanations } from '../../findings/explanations.ts';
import { ENVIRONMENT } from '../../settings/check-settings.ts';
import type { Io } from '../io.ts';
import type { SourceFile } from '../../findings/source-place.ts';
import { dirname, resolve } from 'node:path';
import { isRepository, namesBelow, rootOf } from '../../files/repository.ts';

export type Validated = {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, SourceFile>;
  /** What came of each plan, in a line. */
  readonly results: readonly string[];
  /** Why a plan could not be checked to the end. */
  readonly problems: readonly string[];
};

export function renderForReview(validated: Validated, format: 'github' | 'sarif', io: Io): string {
  const { diagnostics, sources, results, problems } = validated;
  const paths = createRepositoryPaths(io);
  const pathOf = (path: string) => (path === ENVIRONMENT ? null : paths(path));
  if (format === 'sarif') {
    return renderDiagnosticsSarif(diagnostics, sources, { version: VERSION, pathOf, explain, problems });
  }
  const lines = [...results, ...noteLimit(validated)];
  return `${renderDiagnosticsGithub(diagnostics, sources, pathOf)}${lines.map(renderGithubLine).join('')}`;
}

function explain(code: DiagnosticCode): RuleText {
  const { meaning, why, next } = findingExplanations[code];
  return { short: meaning, full: why, help: next };
}

/** GitHub leaves the others out without a word. */
function noteLimit({ diagnostics }: Validated): readonly string[] {
  const most = GITHUB_ANNOTATIONS_MAX;
  const errors = diagnostics.filter(({ severity }) => severity === 'error').length;
  if (errors <= most && diagnostics.length - errors <= most) return [];
  return [
    `GitHub shows the first ${most} errors and the first ${most} warnings of a step beside the files. All of them: breakwater validate --format text.`,
  ];
}

/**
 * From a path as the user typed it to the one from the root of the repository that the file is in: the git repository,
 * or else what GitHub Actions works on, or else the current folder. With `/` on every system; `null` for a file that is
 * in none of them.
 */
function createRepositoryPaths({ cwd, env }: Pick<Io, 'cwd' | 'env'>): (path: string) => string | null {
  const workspace = env['GITHUB_WORKSPACE'];
  const others = workspace === undefined || workspace === '' ? [cwd] : [resolve(workspace), cwd];
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
