/** How much attention something needs, and how each output shows that: never by colour alone. */
import type { Colours } from '../../base/colour.ts';
import type { RolloutEvent } from '../../rollout/event.ts';

export type Tone = 'good' | 'bad' | 'attention';

export type ColourName = keyof Colours;

type ToneFacts = {
  readonly colour: ColourName;
  /** In front of a line of text. */
  readonly mark: string;
  /** The same in Markdown. */
  readonly emoji: string;
  /** The name of the sign in the HTML report. */
  readonly sign: string;
  /** The colour of the icon of the HTML report, which no style reaches. */
  readonly icon: string;
};

export const TONES: Readonly<Record<Tone, ToneFacts>> = {
  good: { colour: 'green', mark: '✔', emoji: '✅', sign: 'success', icon: '1a7f5a' },
  bad: { colour: 'red', mark: '✖', emoji: '❌', sign: 'halt', icon: 'c4262e' },
  attention: { colour: 'yellow', mark: '●', emoji: '🟡', sign: 'processing', icon: '9a6700' },
};

/** `decided`: a person's decision, which stands out from automatic events. */
type EventTone = Tone | 'decided' | 'plain';

export const EVENT_TONES: Readonly<Record<RolloutEvent['type'], EventTone>> = {
  'rollout-started': 'plain',
  'runner-started': 'plain',
  'wave-started': 'plain',
  'deployment-intended': 'plain',
  'deployment-accepted': 'plain',
  'deployment-not-made': 'attention',
  'deployment-refused': 'bad',
  'deployment-doubted': 'bad',
  'devices-reported': 'plain',
  'devices-timed-out': 'attention',
  'devices-noted': 'plain',
  'deployment-not-found': 'attention',
  'deployment-found': 'plain',
  'successes-unconfirmed': 'attention',
  'devices-reverted': 'attention',
  'earlier-waves-checked': 'plain',
  'connections-checked': 'plain',
  'wave-soaking': 'plain',
  'soak-ended': 'plain',
  'gate-ended': 'plain',
  'hook-started': 'plain',
  'hook-ended': 'plain',
  'wave-passed': 'good',
  'rollout-halted': 'bad',
  'grace-ended': 'attention',
  'rollout-completed': 'good',
  'plan-changed': 'decided',
  'rollout-paused': 'attention',
  'rollout-aborted': 'bad',
  'rollout-resumed': 'decided',
  'wave-retried': 'decided',
  'wave-approved': 'decided',
  'rollback-started': 'attention',
  'deployment-settled': 'decided',
  'deployment-followed-up': 'plain',
  'open-accepted': 'decided',
  'order-refused': 'attention',
  'runner-stopped': 'plain',
};

/** `null`: as it is. */
export const EVENT_COLOURS: Readonly<Record<EventTone, ColourName | null>> = {
  good: TONES.good.colour,
  bad: TONES.bad.colour,
  attention: TONES.attention.colour,
  decided: 'cyan',
  plain: null,
};
