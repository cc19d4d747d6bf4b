/** The artifacts of the account: made by their names and checksums, and whole once their file has been put. */
import { drawUuid, randomOf } from './draw.ts';

export type StoredArtifact = {
  readonly uuid: string;
  readonly name: string;
  /** In lower-case hex. */
  readonly md5: string;
  /** Of its file; `null` until that has been put. */
  readonly bytes: number | null;
};

/** The right to put an artifact's file, for a while. */
export type Grant = {
  readonly uuid: string;
  readonly signature: string;
  /** By the clock that is passed in, exclusive. */
  readonly until: number;
};

export const CONTENT_TYPE = 'application/octet-stream';

const GRANT_MS = 900_000;

export class Artifacts {
  private readonly seed: number;
  private readonly byUuid = new Map<string, StoredArtifact>();
  private readonly grants = new Map<string, Grant>();
  private readonly onStored: (stored: StoredArtifact) => void;

  /** `onStored` is told of each artifact whose file has been put. */
  constructor(seed: number, onStored: (stored: StoredArtifact) => void) {
    this.seed = seed;
    this.onStored = onStored;
  }

  create(name: string, md5: string): StoredArtifact {
    const uuid = drawUuid(randomOf(this.seed, 'artifact', this.byUuid.size + 1));
    const artifact = { uuid, name, md5, bytes: null };
    this.byUuid.set(uuid, artifact);
    return artifact;
  }

  find(uuid: string): StoredArtifact | null {
    return this.byUuid.get(uuid.toLowerCase()) ?? null;
  }

  /** One that `isExpired` was good until now. */
  grant({ uuid }: StoredArtifact, now: number, isExpired: boolean): Grant {
    const signature = drawUuid(randomOf(this.seed, 'grant', this.grants.size + 1)).replaceAll('-', '');
    const grant = { uuid, signature, until: isExpired ? now : now + GRANT_MS };
    this.grants.set(signature, grant);
    return grant;
  }

  findGrant(signature: string): Grant | null {
    return this.grants.get(signature) ?? null;
  }

  store(artifact: StoredArtifact, bytes: number): void {
    const stored = { ...artifact, bytes };
    this.byUuid.set(artifact.uuid, stored);
    this.onStored(stored);
  }

  list(): readonly StoredArtifact[] {
    return [...this.byUuid.values()];
  }
}
