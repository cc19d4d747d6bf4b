/** A rehearsal for programs: one document, described by `schemas/rehearsal.schema.json`. */
import { renderJson } from '../base/text.ts';
import type { Breakage, Odds } from '../rollout/odds.ts';
import { countEndings, spreadOf } from './rehearse.ts';
import { oddsColumns } from './rehearsal.ts';
import type { Rehearsal } from './rehearsal.ts';
import { chanceOf } from './render-text.ts';
import type { Trial } from './trial.ts';

export function renderRehearsalJson(rehearsal: Rehearsal): string {
  const { plan, digest, seed, breakage, trials, story, expected } = rehearsal;
  const spread = (value: (trial: Trial) => number) => spreadOf(trials.map(value));
  const endings = countEndings(
    trials,
    plan.waves.map(({ name }) => name),
  );
  const document = {
    format: 'breakwater/rehearsal',
    version: 1,
    rollout: plan.name,
    digest,
    seed,
    breaks: breakage === null ? null : breakageFacts(breakage),
    trials: trials.length,
    endings: endings.map((ending) => ({
      ...ending,
      chance: expected === null ? null : chanceOf(ending, expected),
    })),
    reached: spread(({ reached }) => reached),
    broken: spread(({ broken }) => broken),
    calls: spread(({ calls }) => calls),
    durationMs: spread(({ durationMs }) => durationMs),
    story,
    odds: oddsColumns(rehearsal).map((column) => ({
      breaks: breakageFacts(column.breakage),
      ...oddsFacts(column.odds),
    })),
  };
  return `${renderJson(document, 2)}\n`;
}

function breakageFacts(breakage: Breakage) {
  return breakage.kind === 'share'
    ? { partsPerMillion: breakage.partsPerMillion }
    : { devices: breakage.devices };
}

function oddsFacts({ waves, completes, broken }: Odds) {
  return { waves, completes, broken };
}
