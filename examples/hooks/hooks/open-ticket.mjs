// Opens a ticket about a halt. TICKETS_URL accepts {"title", "body", "labels"} with a bearer token, like the issues of GitHub
// and Gitea: https://…/repos/OWNER/NAME/issues
import { post, readStatus, required } from './common.mjs';

const SERIALS_SHOWN = 20;

const status = await readStatus();
const failing = status.waves.flatMap(({ name, devices }) =>
  ['failed', 'timed-out', 'rejected', 'unknown'].flatMap((standing) =>
    devices[standing].map((serial) => `- ${serial} (${name}): ${standing}`),
  ),
);
const more = failing.length > SERIALS_SHOWN ? [`- and ${failing.length - SERIALS_SHOWN} more`] : [];
const body = [
  status.halt?.message,
  '',
  `Artifact ${status.plan.artifact.uuid}, digest ${status.digest}, since ${status.halt?.at}.`,
  '',
  ...failing.slice(0, SERIALS_SHOWN),
  ...more,
].join('\n');
await post(
  required('TICKETS_URL'),
  { title: `Rollout ${status.rollout} halted in wave ${status.halt?.wave}`, body, labels: ['rollout'] },
  { authorization: `Bearer ${required('TICKETS_TOKEN')}` },
);
