/**
 * Reads `text/event-stream` as the HTML standard writes it ("Server-sent events", parsing). Pure: bytes go in as
 * decoded text, in pieces cut anywhere; frames come out. Refuses to know what the events mean.
 */

/** One dispatched event; `id` is the last id seen, also when an earlier event carried it. */
export interface Frame {
  event: string;
  data: string;
  id: string;
}

export class SseParser {
  #buffer = '';
  #data: string[] = [];
  #event = '';
  #lastId = '';
  #first = true;
  /** The server's wish for the next reconnection, in milliseconds. */
  retry: number | undefined;

  /** Takes the next piece of text and returns the events that it completes. */
  push(text: string): Frame[] {
    let chunk = text;
    if (this.#first && chunk.length > 0) {
      this.#first = false;
      if (chunk.startsWith('\uFEFF')) chunk = chunk.slice(1);
    }
    this.#buffer += chunk;
    const frames: Frame[] = [];
    let start = 0;
    for (;;) {
      const end = lineEnd(this.#buffer, start);
      if (end === undefined) break;
      const frame = this.#line(this.#buffer.slice(start, end.at));
      if (frame) frames.push(frame);
      start = end.next;
    }
    this.#buffer = this.#buffer.slice(start);
    return frames;
  }

  #line(line: string): Frame | undefined {
    if (line === '') return this.#dispatch();
    const colon = line.indexOf(':');
    if (colon === 0) return undefined;
    const field = colon < 0 ? line : line.slice(0, colon);
    const raw = colon < 0 ? '' : line.slice(colon + 1);
    const value = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (field === 'data') this.#data.push(value);
    else if (field === 'event') this.#event = value;
    else if (field === 'id') {
      if (!value.includes('\0')) this.#lastId = value;
    } else if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
    return undefined;
  }

  #dispatch(): Frame | undefined {
    const data = this.#data;
    const event = this.#event || 'message';
    this.#data = [];
    this.#event = '';
    return data.length > 0 ? { event, data: data.join('\n'), id: this.#lastId } : undefined;
  }
}

/** The end of the line that starts at `from`. A CR at the very end waits: an LF that belongs to it may follow. */
function lineEnd(text: string, from: number): { at: number; next: number } | undefined {
  for (let at = from; at < text.length; at++) {
    const c = text[at];
    if (c === '\n') return { at, next: at + 1 };
    if (c === '\r') {
      if (at + 1 === text.length) return undefined;
      return { at, next: text[at + 1] === '\n' ? at + 2 : at + 1 };
    }
  }
  return undefined;
}
