import { describe, expect, it } from 'vitest';
import { type Frame, SseParser } from './sse';

const STREAM =
  '\uFEFF: hello\r\n\r\nevent: item\nid: 7\ndata: {"a":1}\n\nevent: state\r\ndata: one\r\ndata:two\r\n\r\n' +
  'event: ping\n\nretry: 2500\ndata\n\rid:9\rdata:  spaced\r\r\ndata: ends without a blank line\n';

const EXPECTED: Frame[] = [
  { event: 'item', data: '{"a":1}', id: '7' },
  { event: 'state', data: 'one\ntwo', id: '7' },
  { event: 'message', data: '', id: '7' },
  { event: 'message', data: ' spaced', id: '9' },
];

describe('the event stream', () => {
  it('is read the same, wherever it is cut', () => {
    for (let size = 1; size <= STREAM.length; size++) {
      const parser = new SseParser();
      const frames: Frame[] = [];
      for (let at = 0; at < STREAM.length; at += size)
        frames.push(...parser.push(STREAM.slice(at, at + size)));
      expect(frames, `pieces of ${size}`).toEqual(EXPECTED);
      expect(parser.retry).toBe(2500);
    }
  });

  it('ignores an id with NUL and a retry that is not a number', () => {
    const parser = new SseParser();
    expect(
      parser.push('id: 1\ndata: a\n\nid: 2\0\nretry: soon\ndata: b\n\n').map((frame) => frame.id),
    ).toEqual(['1', '1']);
    expect(parser.retry).toBeUndefined();
  });

  it('keeps a colon in the data', () => {
    expect(new SseParser().push('data: a: b\n\n')[0]?.data).toBe('a: b');
  });
});
