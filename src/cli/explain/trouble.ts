/** What goes wrong while a run is at work: calls that fail, and what it warns of. */
import type { FailureKind } from '../../backend/api.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { Notice } from '../../run/loop/observer.ts';

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

/** What only tells how a run gets on. */
type Routine =
  | 'going-on'
  | 'poll-due'
  | 'polled'
  | 'budget'
  | 'api-back'
  | 'preflight'
  | 'waiting'
  | 'gate-started'
  | 'stopping'
  /** Explained as what the API answered. */
  | 'rate-limited';

export const noticeExplanations: Readonly<Record<Exclude<Notice['kind'], Routine>, Explanation>> = {
  'journal-cut': {
    meaning: "The last line of the rollout's record was torn, and has been cut off.",
    why: 'The runner before was killed while it wrote. Nothing was acted upon by that line: each one is durable before the run goes on.',
    next: 'Nothing: everything before it is whole.',
  },
  'call-failed': {
    meaning: 'A call to the API failed and is tried again.',
    why: 'Before the first deployment of a run, 10 s are borne. Later, devices are in flight, and it is tried for as long as the setting `apiOutage` says.',
    next: 'Nothing, if it comes back. If the run ends with exit code 4, run the plan again: it goes on.',
    commands: ['breakwater settings'],
  },
  'clock-off': {
    meaning: "This machine's clock differs from the API's by more than a minute.",
    why: "Requests are signed with a time. Breakwater goes by the API's clock, so nothing fails; windows and deadlines go by it as well.",
    next: 'Set the clock, by NTP for example.',
  },
  oddity: {
    meaning: 'The API said something that its documentation does not.',
    why: 'A status word that is not known, or a device that was not asked for: it is told once, and not guessed at.',
    next: "If devices end otherwise than the portal says, ask the vendor's support, with the X-Request-ID in the report.",
    commands: ['breakwater report NAME'],
  },
};
