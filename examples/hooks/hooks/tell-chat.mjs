// Posts the status of a rollout to a chat channel. CHAT_WEBHOOK_URL is an incoming webhook that accepts {"text": "…"}, like
// those of Slack, Mattermost and Rocket.Chat.
import { post, readStatus, required } from './common.mjs';

const status = await readStatus();
const { BREAKWATER_HOOK: occasion, BREAKWATER_WAVE: wave, BREAKWATER_MESSAGE: message } = process.env;
const { success, failed, rejected, unknown, 'timed-out': timedOut } = status.tally;
const failures = failed + rejected + timedOut + unknown;
const stand = `${success} of ${status.plan.devices} devices done, ${failures} failed`;

const messages = {
  afterWave: `${status.rollout}: wave ${wave} has passed; ${stand}`,
  onWait: `${status.rollout}: ${message}; ${stand}`,
  onDoubt: `${status.rollout} needs \`breakwater settle\`: ${message}; ${stand}`,
  onStop: `${status.rollout} has stopped: ${message}; ${stand}`,
  onHalt: `${status.rollout}: ${status.halt?.message}; ${stand}`,
  afterRollout: `${status.rollout} is ${status.status}; ${stand}`,
};
await post(required('CHAT_WEBHOOK_URL'), { text: messages[occasion] ?? `${status.rollout}: ${occasion}; ${stand}` });
