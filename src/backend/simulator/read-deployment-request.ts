/** The body of `POST /ota/deployment`, read as strictly as its description allows: anything else gets 400. */
import type { WireDeploymentRequest } from '../allxon/wire.ts';
import { isObject, parseJson } from './read-json.ts';

/** The request, or what is wrong with it as a sentence. */
export function readDeploymentRequest(body: Uint8Array): WireDeploymentRequest | string {
  const json = parseJson(body);
  if (json === undefined) return 'The body is not JSON in UTF-8';
  if (!isObject(json)) return 'The body is not an object';
  const { device_sn: devices, artifact_uuid: artifact, arguments: list, ...others } = json;
  const unknown = Object.keys(others);
  if (unknown.length > 0) return `Unknown field ${unknown.join(', ')}`;
  if (!isListOfTexts(devices) || devices.length === 0)
    return 'device_sn is not a list of one or more serials';
  if (new Set(devices).size < devices.length) return 'device_sn names a device twice';
  if (typeof artifact !== 'string' || !UUID_PATTERN.test(artifact)) return 'artifact_uuid is not a UUID';
  if (list === undefined) return { device_sn: devices, artifact_uuid: artifact };
  if (!Array.isArray(list) || list.length !== 1) return 'arguments is not a list of exactly one object';
  const values: unknown = list[0];
  if (!isObject(values) || !isListOfStrings(Object.values(values))) {
    return 'arguments[0] is not an object of names to strings';
  }
  return { device_sn: devices, artifact_uuid: artifact, arguments: [values as Record<string, string>] };
}

const UUID_PATTERN = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

function isListOfStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isListOfTexts(value: unknown): value is readonly string[] {
  return isListOfStrings(value) && value.every((item) => item !== '');
}
