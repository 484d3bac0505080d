/** One server-sent event. `id` is the last one seen in the stream, `event` is `message` when the server named none. */
export type ServerSentEvent = { id: string | null; event: string; data: string };

/**
 * Parses a stream of server-sent events (WHATWG HTML, "Parsing an event stream"), however it is cut into chunks. Give it
 * text, get the events that are complete by now.
 */
export function createEventParser(): (chunk: string) => ServerSentEvent[] {
  let rest = '';
  let id: string | null = null;
  let event = '';
  let data: string[] = [];

  function take(line: string): ServerSentEvent[] {
    if (line === '') {
      const complete = data.length === 0 ? [] : [{ id, event: event || 'message', data: data.join('\n') }];
      event = '';
      data = [];
      return complete;
    }
    const [, field = '', value = ''] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'data') data.push(value);
    else if (field === 'event') event = value;
    else if (field === 'id' && !value.includes('\0')) id = value;
    return [];
  }

  return (chunk) => {
    rest += chunk;
    const events: ServerSentEvent[] = [];
    // A carriage return at the end may be the first half of a line end.
    for (let end = /\r\n|\n|\r(?!$)/.exec(rest); end !== null; end = /\r\n|\n|\r(?!$)/.exec(rest)) {
      events.push(...take(rest.slice(0, end.index)));
      rest = rest.slice(end.index + end[0].length);
    }
    return events;
  };
}
