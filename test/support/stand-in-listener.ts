// A listener with short times in front of a stand-in for the proxy, which answers as each test says.
import { onTestFinished } from 'vitest'
import type { ClientAbort, ClientStream, StreamHandler } from '../../src/http/client-stream.ts'
import { Framing } from '../../src/http/request-head.ts'
import { ConnectionLimit } from '../../src/listeners/connection-limit.ts'
import { createHttpListener, type Listener } from '../../src/listeners/listener.ts'
import {
  defaultListenerSettings,
  defaultListenerTimeouts,
  type ListenerContext,
  type ListenerTimeouts,
} from '../../src/listeners/listener-context.ts'
import { Counters } from '../../src/metrics/counters.ts'
import { Deadlines } from '../../src/sockets/deadlines.ts'

export interface TestListener extends Listener {
  readonly context: ListenerContext
  readonly aborts: readonly ClientAbort[]
}

/** What the stand-in does with a request; `stream.head` is the request's. */
export type OnRequest = (stream: ClientStream) => void

/** Answers 200 with a text. */
export function sendText(stream: ClientStream, text: string): void {
  stream.sendHead({
    status: 200,
    reason: 'OK',
    lines: '',
    framing: Framing.length,
    contentLength: text.length,
  })
  stream.sendBody(Buffer.from(text))
  stream.end('')
}

/** A listener with short times on a free port. */
export async function startListener(
  timeouts: Partial<ListenerTimeouts>,
  onRequest: OnRequest = () => {},
  handler: Partial<StreamHandler> = {},
): Promise<TestListener> {
  const deadlines = new Deadlines()
  const aborts: ClientAbort[] = []
  const context: ListenerContext = {
    deadlines,
    ...defaultListenerSettings,
    timeouts: { ...defaultListenerTimeouts, ...timeouts },
    connections: new Set(),
    draining: false,
    limit: new ConnectionLimit(Infinity, new Counters()),
    onProblem: message => {
      throw new Error(message)
    },
    openStream: stream => ({
      onRequest: () => onRequest(stream),
      onRequestBody: () => true,
      onRequestEnd: () => {},
      onRequestFlush: () => {},
      onClientDrain: () => {},
      onClientAbort: reason => aborts.push(reason),
      onRequestRefused: () => {},
      ...handler,
    }),
  }
  const listener = await createHttpListener('127.0.0.1', 0, context)
  onTestFinished(() => {
    listener.close()
    for (const connection of context.connections) connection.destroy()
    deadlines.close()
  })
  return { ...listener, context, aborts }
}
