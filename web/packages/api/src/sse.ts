/**
 * Reads `text/event-stream` as the HTML standard writes it ("Server-sent events", parsing). Pure: text goes in, in
 * pieces cut anywhere, without the byte order mark that a decoder takes off; frames come out. Refuses to know what the
 * events mean.
 */

/** One dispatched event; `id` is the last id seen, also when an earlier event carried it. */
export interface Frame {
  event: string;
  data: string;
  id: string;
}

export class SseParser {
  #rest = '';
  #data: string[] = [];
  #event = '';
  #lastId = '';
  /** The server's wish for the next reconnection, in milliseconds. */
  retry: number | undefined;

  /** Takes the next piece of text and returns the events that it completes. */
  push(text: string): Frame[] {
    // A CR at the very end waits: an LF that belongs to it may follow.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?!$)/);
    this.#rest = lines.pop() ?? '';
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  #line(line: string): Frame | undefined {
    if (line === '') return this.#dispatch();
    const [, field, value = ''] = /^([^:]*):? ?(.*)/s.exec(line) ?? [];
    if (field === 'data') this.#data.push(value);
    if (field === 'event') this.#event = value;
    if (field === 'id' && !value.includes('\0')) this.#lastId = value;
    if (field === 'retry' && /^\d+$/.test(value)) this.retry = Number(value);
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
