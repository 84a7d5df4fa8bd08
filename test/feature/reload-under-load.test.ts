// Two hundred reloads while clients ask without a pause: not one request fails, not one connection is cut.
import type { Socket } from 'node:net'
import { expect, test } from 'vitest'
import { askOver, openConnection } from '../support/ask-over.ts'
import { startEchoBackend } from '../support/backend.ts'
import { canaryText, documents, ingressText, serviceText } from '../support/manifest-text.ts'
import { startProxy } from '../support/proxy.ts'
import { echoOver, openWebSocket, startWebSocketBackend } from '../support/web-socket.ts'

const reloads = 200
const clients = 8

interface Addresses {
  readonly a: string
  readonly b: string
  readonly canary: string
  readonly socket: string
}

/** The manifests of one generation: endpoints, weights and paths all differ from those before. */
function generation(index: number, { a, b, canary, socket }: Addresses): string {
  const endpoints = [[a, b], [a], [b], [b, a]][index % 4]!
  const extra = index % 3 === 0 ? [] : [`Prefix /extra-${index} main:80`]
  return documents(
    ingressText({ name: 'main', rules: { 'foo.com': ['Prefix / main:80', ...extra] } }),
    canaryText({ rules: { 'foo.com': ['Prefix / canary:80'] } }, { weight: String((index * 37) % 101) }),
    ingressText({ name: 'socket', rules: { 'socket.com': ['Prefix / socket:80'] } }),
    serviceText('main', { endpoints }),
    serviceText('canary', { endpoints: index % 5 === 0 ? [] : [canary] }),
    serviceText('socket', { endpoints: [socket] }),
  )
}

/** Asks over one connection until told to stop; how often each backend answered, and what else came. */
async function askWithoutPause(connection: Socket, isOver: () => boolean): Promise<Map<string, number>> {
  const served = new Map<string, number>()
  while (!isOver()) {
    const response = await askOver(connection, 'foo.com', '/any')
    const name = /^HTTP\/1\.1 200 /.test(response)
      ? /"backend":"(\w+)"/.exec(response)![1]!
      : response.slice(0, response.indexOf('\r\n'))
    served.set(name, (served.get(name) ?? 0) + 1)
  }
  return served
}

test('clients and a WebSocket live through two hundred reloads without noticing', async () => {
  const [a, b, canary] = await Promise.all(['a', 'b', 'canary'].map(name => startEchoBackend(name)))
  const socketBackend = await startWebSocketBackend()
  const addresses = { a: a!.address, b: b!.address, canary: canary!.address, socket: socketBackend }
  const proxy = await startProxy({ files: { 'all.yaml': generation(0, addresses) } })
  const socket = await openWebSocket(proxy.httpPort, 'socket.com')
  let isOver = false
  const connections = await Promise.all(Array.from({ length: clients }, () => openConnection(proxy.httpPort)))
  const running = Promise.all(connections.map(connection => askWithoutPause(connection, () => isOver)))

  for (let index = 1; index <= reloads; index++) {
    const applied = proxy.nextChange()
    await proxy.manifests.replace('all.yaml', generation(index, addresses))
    // A client that fails ends the test at once.
    await Promise.race([applied, running])
    if (index % 20 === 0) expect(await echoOver(socket, String(index))).toBe(`echo ${index}`)
  }
  isOver = true
  const counts = await running

  const served = new Set(counts.flatMap(count => [...count.keys()]))
  expect(served).toEqual(new Set(['a', 'b', 'canary']))
  expect(proxy.changes).toHaveLength(reloads + 1)
  expect(proxy.notices).toEqual([])
}, 30_000)
