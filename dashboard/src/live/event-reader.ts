// Server-Sent Events out of text that comes in pieces. By hand, because EventSource can not carry a bearer token.

/** One event, as the WHATWG's HTML standard reads it (9.2.6). */
export interface ServerEvent {
  /** `message` where nothing is said. */
  readonly name: string
  readonly data: string
  /** The last id that was sent, to go on from there. */
  readonly id: string
}

/** Reads events; feed it text in pieces of any size. Comments, which keep the connection open, are no events. */
export class EventReader {
  #rest = ''
  #name = ''
  #data: string[] = []
  #id = ''

  /** The events that `text` has completed, in order. */
  feed(text: string): ServerEvent[] {
    const lines = (this.#rest + text).split('\n')
    this.#rest = lines.pop()!
    return lines.flatMap(line => this.#line(line.endsWith('\r') ? line.slice(0, -1) : line))
  }

  #line(line: string): ServerEvent[] {
    if (line === '') return this.#end()
    const colon = line.indexOf(':')
    const field = colon === -1 ? line : line.slice(0, colon)
    const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (field === 'event') this.#name = value
    else if (field === 'data') this.#data.push(value)
    else if (field === 'id') this.#id = value
    return []
  }

  #end(): ServerEvent[] {
    const event = { name: this.#name || 'message', data: this.#data.join('\n'), id: this.#id }
    const isEmpty = this.#data.length === 0
    this.#name = ''
    this.#data = []
    return isEmpty ? [] : [event]
  }
}
