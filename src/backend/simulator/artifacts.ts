/** The artifacts of the account: made by their names and checksums, and whole once their file has been put; the endpoints for them. */
import { drawUuid, randomOf } from '../../base/random.ts';
import type { WireArtifactAnswer, WireUploadAnswer } from '../allxon/wire.ts';
import { refusal, isObject, parseJson } from './api-call.ts';
import type { PlainAnswer } from './api-call.ts';
import type { FaultName } from './scenario.ts';

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

// The two endpoints that make an artifact and say where its file is to be put, as strict as their description.

const NAME_PATTERN = /^[0-9a-f]{32}-.+-[LW]-(?:x86|x86_64|aarch64|all)\.(?:tar\.gz|zip)$/;
const MD5_PATTERN = /^[0-9a-f]{32}$/;

export function answerArtifact(artifacts: Artifacts, body: Uint8Array): PlainAnswer {
  const fields = readFields(body, ['artifact_name', 'artifact_md5']);
  if (typeof fields === 'string') return refusal(400, 1, fields);
  const [name = '', md5 = ''] = fields;
  if (!NAME_PATTERN.test(name)) return refusal(400, 2, 'artifact_name is not the name of an artifact');
  if (!MD5_PATTERN.test(md5)) return refusal(400, 3, 'artifact_md5 is not an MD5 checksum in lower-case hex');
  const answer: WireArtifactAnswer = { artifact_uuid: artifacts.create(name, md5).uuid };
  return { status: 200, body: answer };
}

export type UploadUrlCall = {
  readonly uuid: string;
  readonly body: Uint8Array;
  readonly now: number;
  /** The `Host` header: the storage is at the same place. */
  readonly host: string;
  readonly fault: FaultName | null;
};

export function answerUploadUrl(artifacts: Artifacts, call: UploadUrlCall): PlainAnswer {
  const artifact = artifacts.find(call.uuid);
  if (artifact === null) return refusal(404, 2, 'There is no such artifact');
  const fields = readFields(call.body, ['artifact_md5']);
  if (typeof fields === 'string') return refusal(400, 1, fields);
  if (fields[0] !== artifact.md5) return refusal(400, 4, 'artifact_md5 is not that of the artifact');
  const { fault } = call;
  const { signature, until } = artifacts.grant(artifact, call.now, fault === 'expired-url');
  const origin = fault === 'insecure-url' ? 'http://storage.example' : `http://${call.host}`;
  const md5 = Buffer.from(artifact.md5, 'hex');
  const answer: WireUploadAnswer = {
    upload_url: `${origin}/storage/${artifact.uuid}?expires=${until}&signature=${signature}`,
    content_md5: (fault === 'wrong-checksum' ? Buffer.alloc(md5.length) : md5).toString('base64'),
    content_type: CONTENT_TYPE,
  };
  return { status: 200, body: answer };
}

/** Exactly these fields, each a string; or what is wrong with the body as a sentence. */
function readFields(body: Uint8Array, names: readonly string[]): readonly string[] | string {
  const json = parseJson(body);
  if (json === undefined) return 'The body is not JSON in UTF-8';
  if (!isObject(json)) return 'The body is not an object';
  const unknown = Object.keys(json).filter((name) => !names.includes(name));
  if (unknown.length > 0) return `Unknown field ${unknown.join(', ')}`;
  const values = names.map((name) => json[name]);
  const wrong = names.find((_, index) => typeof values[index] !== 'string');
  return wrong === undefined ? (values as readonly string[]) : `${wrong} is not a string`;
}
