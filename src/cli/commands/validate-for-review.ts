/** Output of `validate` for tools that show findings beside the files of a repository. */
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
  /** Result of each plan, one line for each. */
  readonly results: readonly string[];
  /** Why a plan could not be checked completely. */
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
 * Maps a typed path to the path from the root of its repository: the git repository, otherwise the workspace of GitHub
 * Actions, otherwise the current folder. Uses `/` on every system; `null` for a file outside of all of them.
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
