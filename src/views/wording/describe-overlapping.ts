/** The rollouts that keep another one from starting. */
import { count, list } from '../../base/text.ts';
import type { OverlappingRollout } from '../../rollout/entry.ts';

const SERIALS_NAMED = 3;

/** What is shared with whom, and what can be done. */
export function describeOverlapping(name: string, overlapping: readonly OverlappingRollout[]): string {
  const lines = overlapping.map(
    ({ name: other, shared, isHalted }) =>
      `  ${other}${isHalted ? ', which has halted' : ''}: ${count(shared.length, 'device')} (${list(shared, SERIALS_NAMED)})`,
  );
  const others = overlapping.length === 1 ? 'another rollout that is' : 'other rollouts that are';
  const running = overlapping.find(({ isHalted }) => !isHalted);
  const advice = [
    ...(running === undefined
      ? []
      : [`Let that one end first, or end it for good: breakwater abort ${running.name}.`]),
    ...(overlapping.some(({ isHalted }) => isHalted)
      ? [
          'Run the plan of one that has halted once more: it posts nothing, and watches what is in flight to its end.',
        ]
      : []),
    'To deploy to these devices from both: --allow-overlap',
  ];
  return `rollout ${name} shares devices with ${others} not finished; nothing was posted.\n${lines.join('\n')}\n${advice.join(' ')}`;
}
