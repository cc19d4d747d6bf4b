import type { ArtifactRecord } from '../../src/plan/artifact-record.ts';

export const ARTIFACT_NAME = '9e107d9d372bb6826bd81d3542a419d6-Allxon_OTA_Artifact-L-x86_64.tar.gz';

/** A finished upload to `us`, unless `change` says otherwise; `number` tells it from others. */
export function uploadRecord(number: number, change: Partial<ArtifactRecord> = {}): ArtifactRecord {
  const digits = String(number).padStart(12, '0');
  return {
    id: `00000000-0000-4000-8000-${digits}`,
    name: ARTIFACT_NAME,
    md5: digits.padStart(32, 'a'),
    bytes: 1_000 + number,
    region: 'us',
    uuid: `a5ae26cf-3b80-4f7a-8bd1-${digits}`,
    begunAt: '2026-11-25T18:00:00.000Z',
    uploadedAt: '2026-11-25T18:00:05.000Z',
    ...change,
  };
}
