/** Problems during a run: calls to the API that fail, and warnings. */
import type { FailureKind } from '../../backend/api.ts';
import type { Explanation } from '../../findings/explanation.ts';
import type { Notice } from '../../run/loop/observer.ts';

const CHECK = 'breakwater plan PLAN --online';

const MAY_EXIST =
  'Breakwater retries a poll. A deployment that it was creating may exist: it is in doubt, and Breakwater does not send it again by itself.';
const WAS_NOT_CREATED = 'A deployment that Breakwater was creating was certainly not created.';

export const apiFailureExplanations: Readonly<Record<FailureKind, Explanation>> = {
  unreachable: {
    meaning: 'Breakwater could not connect to the API.',
    why: `The host name was not found, the connection was refused, TLS failed, or the proxy refused. ${WAS_NOT_CREATED}`,
    next: 'Breakwater retries for a while. Check the network, the proxy and `apiUrl`.',
    commands: ['breakwater settings', CHECK],
  },
  'connection-lost': {
    meaning: 'The connection broke after the request may have been sent.',
    why: MAY_EXIST,
    next: 'If the run ended with exit code 6, look for the deployment in the Allxon portal and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  'timed-out': {
    meaning: 'The API did not answer completely in time.',
    why: MAY_EXIST,
    next: 'If the run ended with exit code 6, look for the deployment in the Allxon portal and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  unauthorized: {
    meaning: 'The API does not accept the key or its signature (401).',
    why: `The key or the secret is wrong or was revoked. Breakwater also tried the API's clock, so the time is not the cause. ${WAS_NOT_CREATED}`,
    next: 'Set `ALLXON_API_KEY_ID` and `ALLXON_API_SECRET` to a valid pair for the region of the plan.',
    commands: ['breakwater settings', CHECK],
  },
  forbidden: {
    meaning: 'The key is not allowed to do this (403).',
    why: `The key is valid, but lacks a permission. ${WAS_NOT_CREATED}`,
    next: 'In the Allxon portal, give the key permission to deploy OTA artifacts, and to read deployments and devices.',
    commands: [CHECK],
  },
  'not-found': {
    meaning: 'The API did not find what the request names (404).',
    why: `The artifact, the deployment or the path does not exist for this account in this region. ${WAS_NOT_CREATED}`,
    next: 'Check the UUID of the artifact and the region. Artifacts of one region do not exist in the other.',
    commands: [CHECK],
  },
  invalid: {
    meaning: 'The API says that the request itself is wrong (400 and similar codes).',
    why: `A retry would get the same answer. ${WAS_NOT_CREATED}`,
    next: "Read the message of the API. Send its X-Request-ID to the vendor's support.",
  },
  conflict: {
    meaning: 'The API says that what the request creates already exists (409).',
    why: 'Breakwater sent the request once. A proxy on the way may have sent it twice. A deployment that Breakwater was creating is in doubt.',
    next: 'Look for the deployment in the Allxon portal, and settle it.',
    commands: ['breakwater explain exit-6'],
  },
  'rate-limited': {
    meaning: 'The rate limit of the API key is used up (429).',
    why: `Breakwater makes no call until the limit is reset. This does not affect devices in flight. ${WAS_NOT_CREATED}`,
    next: 'Nothing: Breakwater waits by itself. If others use the same key, give Breakwater its own key.',
  },
  'server-error': {
    meaning: 'The API reported an internal error (5xx).',
    why: MAY_EXIST,
    next: "If the error continues, send the X-Request-ID to the vendor's support.",
  },
  unreadable: {
    meaning: 'Breakwater cannot read the answer of the API.',
    why: `The answer is incomplete, not JSON, or not in the documented form. ${MAY_EXIST}`,
    next: 'Check whether a proxy changes the answers.',
  },
  'unexpected-status': {
    meaning: 'The API answered with a status code that is not in its documentation.',
    why: `This includes redirects. Breakwater follows none. ${MAY_EXIST}`,
    next: 'Check `apiUrl`, and whether a proxy or a login page answers instead of the API.',
    commands: ['breakwater settings'],
  },
};

/** Notices of normal progress. */
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
  /** Explained as an API failure. */
  | 'rate-limited';

export const noticeExplanations: Readonly<Record<Exclude<Notice['kind'], Routine>, Explanation>> = {
  'journal-cut': {
    meaning: "The last line of the rollout's record was incomplete, and Breakwater removed it.",
    why: 'The previous runner was killed while it was writing. It did nothing based on that line: a run continues only after each line is saved.',
    next: 'Nothing: the rest of the record is complete.',
  },
  'call-failed': {
    meaning: 'A call to the API failed. Breakwater retries it.',
    why: 'Before the first deployment of a run, Breakwater retries for 10 s. Later, with devices in flight, it retries for the time of the setting `apiOutage`.',
    next: 'If the API answers again, nothing. If the run ends with exit code 4, run the plan again: it continues.',
    commands: ['breakwater settings'],
  },
  'clock-off': {
    meaning: "This machine's clock differs from the API's by more than a minute.",
    why: "Signed requests contain the time. Breakwater uses the API's clock, also for windows and deadlines, so nothing fails.",
    next: 'Set the clock, for example by NTP.',
  },
  oddity: {
    meaning: 'The API sent something that is not in its documentation.',
    why: 'For example an unknown status, or a device that is not in the deployment. Breakwater reports it once, and does not guess its meaning.',
    next: "If the results differ from the portal, send the X-Request-ID in the report to the vendor's support.",
    commands: ['breakwater report NAME'],
  },
};
