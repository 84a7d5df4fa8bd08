// How policies change the fields of messages on their way through. Fields that frame a message or concern one hop are out
// of their reach: names in `uneditableFields` are refused where a setting names them, and ignored here.

/** Fields that only the wire itself may write (RFC 9112 §6, RFC 9110 §7.6.1). Lower case. */
export const uneditableFields: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'host',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** The head of a request as a backend will get it. */
export interface RequestEdit {
  /** Replaces all fields of that name, whoever wrote them; `undefined` removes them. */
  set(name: string, value: string | undefined): void
  /** The Host field. */
  host: string
  /** Asks the backend to close the connection after its response. */
  closesConnection: boolean
  /** HTTP/1.0 or 1.1. */
  minorVersion: 0 | 1
}

/** The head of a response as the client will get it. */
export interface ResponseEdit {
  readonly status: number
  /** Made by Portico, not by a backend. */
  readonly isOwn: boolean
  /** Value of the first field of that name. */
  get(name: string): string | undefined
  /** Replaces all fields of that name; `undefined` removes them. */
  set(name: string, value: string | undefined): void
  /** Adds a field beside those of its name. */
  append(name: string, value: string): void
  /** Changes each field of that name; `undefined` removes it. */
  map(name: string, change: (value: string) => string | undefined): void
}
