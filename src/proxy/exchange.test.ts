// What tests through real sockets can not bring about: a bug of ours in the middle of a request.
import { expect, onTestFinished, test, vi } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { ingress, service } from '../../test/support/resources.ts'
import type { ClientStream } from '../http/client-stream.ts'
import { RequestHead } from '../http/request-head.ts'
import { parseRequestHead } from '../http1/parse-request-head.ts'
import { Counters } from '../metrics/counters.ts'
import { buildMatcher } from '../routing/matcher.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { Upstreams } from '../upstreams/upstreams.ts'
import { createProxyContext } from './create-proxy-context.ts'
import { Exchange } from './exchange.ts'

const nginx = 'nginx.ingress.kubernetes.io/'

/** A proxy for one host, asked over a stream that only notes when it ends. */
function startExchange(annotations: Record<string, string>) {
  const deadlines = new Deadlines()
  onTestFinished(() => deadlines.close())
  const upstreams = new Upstreams(deadlines, new Counters(), 10)
  const { table } = compile([
    ingress({ rules: { 'a.com': ['P / web:80'] }, annotations }),
    service({ name: 'web', annotations: { 'portico/endpoints': '127.0.0.1:1' } }),
  ])
  const services = {
    now: () => 0,
    count: () => {},
    ownListener: () => undefined,
    report: () => {},
    rehearses: false,
    onClose: () => {},
  }
  const proxy = createProxyContext(deadlines, new Counters(), upstreams, '', services)
  proxy.live = { table, matcher: buildMatcher(table) }
  const head = new RequestHead()
  parseRequestHead('GET / HTTP/1.1\r\nHost: a.com\r\n\r\n', head)
  let onEnd: () => void = () => {}
  const stream = {
    head,
    connection: { clientAddress: '10.0.0.1', peerAddress: '10.0.0.1', secure: false, localPort: 80 },
    sendHead: () => {},
    sendBody: () => true,
    end: () => onEnd(),
    abort: () => onEnd(),
  } as unknown as ClientStream
  const exchange = new Exchange(proxy, stream)
  /** Why a request ended without a backend's answer. */
  const ask = (): Promise<string> =>
    new Promise(resolve => {
      onEnd = () => resolve(exchange.cause)
      exchange.onRequest()
    })
  return { ask, upstreams }
}

test('a bug that comes up after a wait ends the request: it counts as in progress no longer', async () => {
  const { ask, upstreams } = startExchange({
    [`${nginx}limit-connections`]: '1',
    'portico/fault-delay': '1ms',
  })
  // A bug is thrown from a microtask for the process to see; here it stays.
  const microtasks = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation(() => {})
  onTestFinished(() => microtasks.mockRestore())
  vi.spyOn(upstreams, 'stateOf').mockImplementation(() => {
    throw new Error('a bug')
  })
  expect(await ask()).toBe('internal-error')
  expect(microtasks).toHaveBeenCalledOnce()
  expect(microtasks.mock.calls[0]![0]).toThrow('a bug')
  vi.mocked(upstreams.stateOf).mockReturnValue(undefined)
  expect(await ask()).toBe('no-endpoint')
})
