import fc from '../kit/fast-check.ts';
import { describe, expect, test } from 'vitest';
import { createJournalDecoder, encodeEvents, encodeHeader } from '../../src/store/line-codec.ts';
import type { Decoded } from '../../src/store/line-codec.ts';
import type { RolloutName } from '../../src/plan/identifiers.ts';
import type { JournaledEvent } from '../../src/rollout/event.ts';

const NAME = 'camera-2.14' as RolloutName;

function eventsOf(messages: readonly string[]): readonly JournaledEvent[] {
  return messages.map((message, index) => ({
    seq: index + 1,
    at: 1_795_399_200_000 + index,
    type: 'runner-stopped',
    why: 'interrupted',
    message,
  }));
}

function encode(events: readonly JournaledEvent[]): Buffer {
  const header = encodeHeader(NAME);
  return Buffer.from(header.text + encodeEvents(events, header.sum).text);
}

/** In pieces of a few bytes, as a disk may hand them over. */
function decodeJournal(bytes: Buffer, rollout: RolloutName): Decoded {
  const decoder = createJournalDecoder(rollout);
  for (let start = 0; start < bytes.length; start += 7) decoder.take(bytes.subarray(start, start + 7));
  return decoder.finish();
}

const EVENTS = eventsOf(['one', 'two "quoted" ,"sum":"0123456789abcdef"}', 'drei\nZeilen ü']);
const BYTES = encode(EVENTS);

test('what is written is read back', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (messages) => {
      const events = eventsOf(messages);
      const decoded = decodeJournal(encode(events), NAME);
      expect(decoded).toMatchObject({ kind: 'whole', events, soundBytes: encode(events).length });
    }),
  );
});

test('appending in two goes writes the same bytes as in one', () => {
  const header = encodeHeader(NAME);
  const first = encodeEvents(EVENTS.slice(0, 1), header.sum);
  const second = encodeEvents(EVENTS.slice(1), first.sum);
  expect(header.text + first.text + second.text).toBe(BYTES.toString());
});

test('cut at any byte after its first line, it reads as the whole lines before the cut', () => {
  for (let length = BYTES.indexOf(0x0a) + 1; length <= BYTES.length; length++) {
    const decoded = decodeJournal(BYTES.subarray(0, length), NAME);
    expect(decoded).toMatchObject({ kind: 'whole', soundBytes: BYTES.lastIndexOf(0x0a, length - 1) + 1 });
  }
});

test('empty, or cut within its first line, it is damaged', () => {
  for (let length = 0; length <= BYTES.indexOf(0x0a); length++) {
    const decoded = decodeJournal(BYTES.subarray(0, length), NAME);
    expect(decoded).toMatchObject({ kind: 'damaged', line: 1, isNewer: false });
    expect(decoded.kind === 'damaged' && decoded.reason).toContain(length === 0 ? 'empty' : 'is incomplete');
  }
});

test('any changed byte of a whole line is found, in its line', () => {
  for (let index = 0; index < BYTES.length - 1; index++) {
    const changed = Buffer.from(BYTES);
    changed[index] = (changed[index] ?? 0) ^ 0x01;
    const line = BYTES.subarray(0, index).toString().split('\n').length;
    const decoded = decodeJournal(changed, NAME);
    expect(decoded.kind, `byte ${index}`).toBe('damaged');
    // A line feed that is changed joins two lines, one that appears splits one: the fault is at or before that place.
    expect(decoded.kind === 'damaged' && decoded.line).toBe(line);
  }
});

describe('lines that are', () => {
  const lines = BYTES.toString().trimEnd().split('\n');
  const [header = '', first = '', second = '', third = ''] = lines;
  test.each([
    ['lost', [header, first, third], 3],
    ['repeated', [header, first, first, second], 3],
    ['swapped', [header, second, first], 2],
    ['without a header', [first, second], 1],
    ['not ours', ['{"a":1}'], 1],
    ['empty', [''], 1],
  ])('%s are damage', (_, kept, line) => {
    expect(decodeJournal(Buffer.from(`${kept.join('\n')}\n`), NAME)).toMatchObject({ kind: 'damaged', line });
  });
});

test.each(['\0\0\0\0', 'x', '{"format":"breakwater/x'])(
  'a first line that begins otherwise is damage: %j',
  (text) => {
    expect(decodeJournal(Buffer.from(text), NAME)).toMatchObject({ kind: 'damaged', line: 1 });
  },
);

test('a journal of another rollout is refused by name', () => {
  expect(decodeJournal(BYTES, 'other' as RolloutName)).toEqual({
    kind: 'damaged',
    line: 1,
    reason: 'it is the journal of "camera-2.14", not of other',
    isNewer: false,
  });
});

test('an event of a type that is not known here is no damage, and names the release that wrote it', () => {
  const runner = { host: 'ci-7', pid: 1, startedBy: null };
  const events = [
    { seq: 1, at: 1, type: 'runner-started', runner, version: '0.1.0' },
    { seq: 2, at: 2, type: 'runner-started', runner, version: '0.9.3' },
    { seq: 3, at: 3, type: 'device-painted' },
  ] as unknown as readonly JournaledEvent[];
  expect(decodeJournal(encode(events), NAME)).toEqual({
    kind: 'damaged',
    line: 4,
    reason:
      'it is an event of type "device-painted", which this release does not know: written by a newer Breakwater, 0.9.3: use that release',
    isNewer: true,
  });
});
