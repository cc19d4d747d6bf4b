import type { artifactSentences } from './artifacts.ts';
import type { Explanation } from '../explanation.ts';

export const artifactExplanations: Readonly<Record<keyof typeof artifactSentences, Explanation>> = {
  'artifact-unnamed': {
    meaning: '`artifact` does not say which artifact.',
    why: 'What is deployed is never guessed.',
    next: 'Write its `uuid`, as the portal or `breakwater artifact upload` tells it, or the `file` that was uploaded.',
  },
  'artifact-uuid-and-file': {
    meaning: '`artifact` says both `uuid` and `file`.',
    why: 'The two could mean different artifacts.',
    next: 'Keep one of them. A `file` gets its UUID from the record of its upload.',
  },
  'artifact-file-absent': {
    meaning: 'The file of the artifact is not here, so its upload cannot be looked up.',
    why: 'An upload is known by the checksum of the file. On a machine that only checks plans that is no fault, so it is a warning; `plan` and `run` need the file.',
    next: 'Nothing, where plans are only checked. Where they are run, fetch the file to that path, or write the `uuid` in its place.',
  },
  'artifact-not-uploaded': {
    meaning: 'No upload of this very file to the region is on record.',
    why: 'Nothing can be deployed that the API does not have, and a file that has changed since its upload is another artifact. `validate` only warns; for `plan` and `run` it is an error.',
    next: 'Upload it; the finding has the whole command. If it was uploaded elsewhere, bring the record here: `artifacts.json` beside the rollouts, or the same `--state`.',
    commands: ['breakwater artifact upload FILE --region us'],
  },
};
