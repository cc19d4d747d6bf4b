/** The records of uploads as rows: one an upload, as JSON, as it stands in the file that folders have. */
import { parseArtifactRecords } from '../../plan/artifact-record.ts';
import type { ArtifactRecord } from '../../plan/artifact-record.ts';
import { describePlace, StoreFailure } from './failure.ts';
import type { Session } from './session.ts';

/** The oldest first. */
export async function readArtifacts(session: Session): Promise<readonly ArtifactRecord[]> {
  const rows = await session.query('SELECT content FROM artifacts ORDER BY number');
  const contents = rows.map(({ content }) => String(content));
  const parsed = parseArtifactRecords(`{"version":1,"artifacts":[${contents.join(',')}]}`);
  if (typeof parsed !== 'string') return parsed;
  const { place } = session;
  throw new StoreFailure(
    `${describePlace(place)}, schema ${place.schema}: the table artifacts is damaged: it ${parsed}. Nothing was changed; restore it from a copy`,
    { problem: 'damaged' },
  );
}

export async function putArtifact(session: Session, record: ArtifactRecord): Promise<null> {
  await session.query(
    'INSERT INTO artifacts (id, content) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET content = EXCLUDED.content',
    [record.id, JSON.stringify(record)],
  );
  return null;
}
