// The one stream of events from Portico: opened again whenever it ends, so that the page heals by itself.
import { signal } from '@preact/signals'
import type { ApiEvents } from '../../../src/admin/api/live-types.ts'
import { EventReader, type ServerEvent } from './event-reader.ts'
import { authorization, setToken } from './token.ts'

/** `locked`: Portico asks for a bearer token. `refused`: it answers, but gives no events; `reason` says why. */
export interface Connection {
  readonly state: 'connecting' | 'live' | 'lost' | 'locked' | 'refused'
  /** When it was lost, in milliseconds since the epoch. */
  readonly since: number
  readonly reason: string
}

type EventName = keyof ApiEvents
type Listener = (data: never) => void

/** Figures come each second: after this time in silence nobody is there any more. */
const silenceMs = 8_000
/** A tab that nobody looks at lets go of its stream: browsers open six connections to a host, and each stream holds one. */
const unseenMs = 60_000
const firstWaitMs = 400
const longestWaitMs = 4_000

export const connection = signal<Connection>({ state: 'connecting', since: Date.now(), reason: '' })

const listeners = new Map<EventName, Set<Listener>>()
const wishes = new Set<Readonly<Record<string, string>>>()
let waitMs = firstWaitMs
let current: AbortController | undefined
let retry: ReturnType<typeof setTimeout> | undefined

/** Opens the stream; called once. */
export function connect(): void {
  void run()
  addEventListener('online', () => reconnect())
  let letGo: ReturnType<typeof setTimeout> | undefined
  document.addEventListener('visibilitychange', () => {
    clearTimeout(letGo)
    if (document.visibilityState === 'hidden') letGo = setTimeout(rest, unseenMs)
    else if (current === undefined || connection.value.state === 'lost') reconnect()
  })
}

/** Ends the stream for now. Who has asked for more, such as the requests that end meanwhile, keeps it. */
function rest(): void {
  if (wishes.size === 0) endStream()
}

/** Its end is no loss: nobody waits for it any more. */
function endStream(): void {
  const ended = current
  current = undefined
  clearTimeout(retry)
  ended?.abort()
}

/** Calls `listener` with each event of that name; the result ends it. */
export function onEvent<Name extends EventName>(
  name: Name,
  listener: (data: ApiEvents[Name]) => void,
): () => void {
  const known = listeners.get(name) ?? new Set()
  listeners.set(name, known.add(listener as Listener))
  return () => known.delete(listener as Listener)
}

/** Asks for more than what everybody gets: `{ requests: '1', status: '5xx' }`; the result ends it. The stream is opened anew. */
export function wantEvents(query: Readonly<Record<string, string>>): () => void {
  wishes.add(query)
  reconnect()
  return () => {
    wishes.delete(query)
    reconnect()
  }
}

/** Tries again at once, with a token where one is given. */
export function reconnect(token?: string): void {
  if (token !== undefined) setToken(token)
  waitMs = firstWaitMs
  endStream()
  // Several wishes that change together are one new stream.
  retry = setTimeout(run, 0)
}

async function run(): Promise<void> {
  const controller = new AbortController()
  current = controller
  try {
    await readStream(controller)
  } catch (error) {
    if (current !== controller) return
    setLost(error instanceof Refusal ? error : undefined)
  }
  // Without the token every answer is the same.
  if (connection.value.state === 'locked') return
  retry = setTimeout(run, waitMs)
  waitMs = Math.min(waitMs * 2, longestWaitMs)
}

class Refusal extends Error {
  readonly status: number

  constructor(status: number, reason: string) {
    super(reason)
    this.status = status
  }
}

function setLost(refusal: Refusal | undefined): void {
  const { state, since } = connection.value
  const isNew = state === 'live' || state === 'connecting'
  connection.value = {
    state: refusal === undefined ? 'lost' : refusal.status === 401 ? 'locked' : 'refused',
    since: isNew ? Date.now() : since,
    reason: refusal?.message ?? '',
  }
}

/** Reads events until the stream ends, which is an error: Portico ends it only when it stops. */
async function readStream(controller: AbortController): Promise<never> {
  const query = new URLSearchParams([...wishes].flatMap(wish => Object.entries(wish)))
  const response = await fetch(`./events?${query}`, {
    headers: { accept: 'text/event-stream', ...authorization() },
    signal: controller.signal,
  })
  if (!response.ok || response.body === null) throw await refusalOf(response)
  const pieces = response.body.pipeThrough(new TextDecoderStream()).getReader()
  const reader = new EventReader()
  for (;;) {
    const { value, done } = await beforeSilence(pieces.read(), controller)
    if (done) throw new Error('the stream has ended')
    for (const event of reader.feed(value)) tell(event)
  }
}

async function refusalOf(response: Response): Promise<Refusal> {
  const problem = (await response.json().catch(() => ({}))) as { detail?: string }
  return new Refusal(response.status, problem.detail ?? `Portico answered ${response.status}.`)
}

async function beforeSilence<Value>(read: Promise<Value>, controller: AbortController): Promise<Value> {
  const timer = setTimeout(() => controller.abort(), silenceMs)
  return read.finally(() => clearTimeout(timer))
}

function tell({ name, data }: ServerEvent): void {
  if (connection.value.state !== 'live') connection.value = { state: 'live', since: Date.now(), reason: '' }
  waitMs = firstWaitMs
  const value: unknown = JSON.parse(data)
  for (const listener of [...(listeners.get(name as EventName) ?? [])]) listener(value as never)
}
