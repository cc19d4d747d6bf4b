/** The two endpoints that make an artifact and say where its file is to be put, as strict as their description. */
import type { WireArtifactAnswer, WireUploadAnswer } from '../allxon/wire.ts';
import { refusal } from './api-call.ts';
import type { PlainAnswer } from './api-call.ts';
import { CONTENT_TYPE } from './artifacts.ts';
import type { Artifacts } from './artifacts.ts';
import { isObject, parseJson } from './read-json.ts';
import type { FaultName } from './scenario.ts';

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
