// `portico top`: the routes of a running instance by what they have to do, live.
import { setTimeout as pause } from 'node:timers/promises'
import { readToken } from '../admin-access.ts'
import { adminEvents, type EventsQuestion } from '../admin-events.ts'
import { type AdminAddress, adminUrl } from '../ask-admin.ts'
import { createPaint } from '../paint.ts'
import { UsageError } from '../usage-error.ts'
import { renderTop, type TopOrder, type TopView } from './render-top.ts'
import { openScreen } from './screen.ts'

/** Values of its flags. */
export interface TopFlags {
  readonly admin: Exclude<AdminAddress, true> | undefined
  readonly adminTokenFile: string | undefined
  readonly once: boolean
  readonly sort: TopOrder
}

/** Between two tries to reach an instance that is gone. */
const retryMs = 1_000
/** What is printed where nobody's terminal says how wide it is. */
const plainColumns = 200

/** Shows them until `q`, or prints them once where standard output is no terminal; gives the exit code. */
export async function top(flags: TopFlags): Promise<number> {
  const stop = new AbortController()
  const question = {
    ...adminUrl(flags.admin ?? true),
    token: readToken(flags.adminTokenFile),
    query: 'routes=1',
    signal: stop.signal,
  }
  const isLive = process.stdout.isTTY && !flags.once
  return isLive ? await watch(question, stop, flags.sort) : await printOnce(question, stop, flags.sort)
}

/** Rates need two looks at the counters, so the second event is the first to have them. */
async function printOnce(question: EventsQuestion, stop: AbortController, order: TopOrder): Promise<number> {
  let view: TopView = { ...startOf(question), order }
  let looks = 0
  for await (const event of adminEvents(question)) {
    if (event.name === 'hello') view = { ...view, version: event.data.version }
    if (event.name !== 'figures' || ++looks < 2) continue
    view = { ...view, figures: event.data }
    const columns = process.stdout.columns || plainColumns
    const lines = renderTop(view, { columns, rows: undefined }, createPaint(process.stdout))
    process.stdout.write(`${lines.join('\n')}\n`)
    stop.abort()
    return 0
  }
  throw new UsageError(`${question.authority} ended before it had told its figures`)
}

function startOf({ authority }: EventsQuestion): Omit<TopView, 'order'> {
  return { authority, version: '', figures: undefined, isPaused: false, lost: '' }
}

async function watch(question: EventsQuestion, stop: AbortController, order: TopOrder): Promise<number> {
  let view: TopView = { ...startOf(question), order }
  let code = 0
  const paint = createPaint(process.stdout)

  function end(exitCode: number): void {
    code = exitCode
    stop.abort()
  }
  function show(change: Partial<TopView> = {}): void {
    view = { ...view, ...change }
    screen.draw(renderTop(view, screen, paint))
  }
  const orders: Readonly<Record<string, TopOrder>> = { s: 'rate', e: 'errors', l: 'latency' }
  const screen = openScreen(process.stdin, process.stdout, {
    key(key) {
      if (key === 'q') end(0)
      else if (key === '\x03') end(130)
      else if (key === 'p' || key === ' ') show({ isPaused: !view.isPaused })
      else if (orders[key] !== undefined) show({ order: orders[key] })
    },
    resized: () => show(),
    ended: signal => end({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }[signal]),
  })
  try {
    show()
    await follow(question, change => {
      if (view.isPaused && change.figures !== undefined) return
      show(change)
    })
    return code
  } finally {
    screen.close()
  }
}

/** Tells what comes until the end is asked for. An instance that goes away may come back; one that was never there does not. */
async function follow(question: EventsQuestion, tell: (change: Partial<TopView>) => void): Promise<void> {
  const { signal } = question
  let wasThere = false
  while (!signal.aborted) {
    try {
      for await (const event of adminEvents(question)) {
        wasThere = true
        if (event.name === 'hello') tell({ version: event.data.version, lost: '' })
        else if (event.name === 'figures') tell({ figures: event.data, lost: '' })
      }
    } catch (error) {
      if (!signal.aborted && !wasThere) throw error
    }
    if (signal.aborted) return
    tell({ lost: 'connection lost, trying again' })
    await pause(retryMs, undefined, { signal }).catch(() => {})
  }
}
