import type { FailureKind } from '../../backend/api.ts';
import type { Explanation } from '../../findings/explanation.ts';

const CHECK = 'breakwater plan PLAN --online';

const MAY_EXIST =
  'A poll is tried again. A deployment that was being posted may exist: it is in doubt, and is not posted again by itself.';
const WAS_NOT_MADE = 'A deployment that was being posted was certainly not made.';

export const apiFailureExplanations: Readonly<Record<FailureKind, Explanation>> = {
  unreachable: {
    meaning: 'No connection to the API came about.',
    why: `The name was not found, the connection was refused or not encrypted as it should be, or the proxy said no. ${WAS_NOT_MADE}`,
    next: 'It is tried again by itself for a while. Check the network, the proxy and `apiUrl`.',
    commands: ['breakwater settings', CHECK],
  },
  'connection-lost': {
    meaning: 'The connection broke after the request may have been sent.',
    why: MAY_EXIST,
    next: 'If the run ended with exit code 6, look for the deployment in the Allxon portal and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  'timed-out': {
    meaning: 'The API gave no whole answer in time.',
    why: MAY_EXIST,
    next: 'If the run ended with exit code 6, look for the deployment in the Allxon portal and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  unauthorized: {
    meaning: 'The API does not accept the key or its signature (401).',
    why: `The key or the secret is wrong or was revoked. It was tried with the API's clock too, so the time is not to blame. ${WAS_NOT_MADE}`,
    next: 'Set `ALLXON_API_KEY_ID` and `ALLXON_API_SECRET` to a valid pair, of the region that the plan names.',
    commands: ['breakwater settings', CHECK],
  },
  forbidden: {
    meaning: 'The key is not allowed to do this (403).',
    why: `It is valid and lacks a permission. ${WAS_NOT_MADE}`,
    next: "In the vendor's portal, give it the permission to deploy OTA artifacts and to read deployments and devices.",
    commands: [CHECK],
  },
  'not-found': {
    meaning: 'The API does not know what was asked for (404).',
    why: `The artifact, the deployment or the path is not there, for this account in this region. ${WAS_NOT_MADE}`,
    next: 'Check the UUID of the artifact and the region. Artifacts of one region are not in the other.',
    commands: [CHECK],
  },
  invalid: {
    meaning: 'The API says that the request itself is wrong (400 and its kin).',
    why: `Asking again would get the same answer. ${WAS_NOT_MADE}`,
    next: "The API's own words stand beside it, with an X-Request-ID for the vendor's support.",
  },
  conflict: {
    meaning: 'The API says that what was asked for exists already (409).',
    why: 'It was asked for once: something between here and there, a proxy perhaps, may have asked before. A deployment that was being posted is in doubt.',
    next: 'Look for the deployment in the Allxon portal, and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  'rate-limited': {
    meaning: 'The rate limit of the API key is used up (429).',
    why: `No call is made until the limit is reset; devices in flight are not harmed by it. ${WAS_NOT_MADE}`,
    next: 'Nothing: it waits by itself. If others use the same key, give Breakwater a key of its own.',
  },
  'server-error': {
    meaning: 'The API failed by its own word (5xx).',
    why: MAY_EXIST,
    next: "If it lasts, the X-Request-ID lets the vendor's support find it.",
  },
  unreadable: {
    meaning: 'The API answered with something that cannot be read.',
    why: `The answer is cut short, not JSON or not of the documented shape. ${MAY_EXIST}`,
    next: 'Check whether a proxy changes answers on the way.',
  },
  'unexpected-status': {
    meaning: 'The API answered with a status that its documentation does not name.',
    why: `Redirects are among them; none is followed. ${MAY_EXIST}`,
    next: 'Check `apiUrl`, and whether a proxy or a login page answers in place of the API.',
    commands: ['breakwater settings'],
  },
};
