import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import type { Backend } from '../routing/table.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import type { ProxyContext } from './proxy-context.ts'
import { Tunnels } from './tunnel.ts'

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] })
})

afterEach(() => {
  vi.useRealTimers()
})

async function listen(onConnection: (socket: Socket) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, onConnection)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

/** A client whose connection is joined to endpoints on these ports. */
async function joined(ports: readonly number[], passedOver: readonly number[] = []) {
  const endpoints = ports.map(port => ({
    address: '127.0.0.1',
    port,
    health: { passedOverUntil: passedOver.includes(port) ? Infinity : 0 },
  }))
  const deadlines = new Deadlines()
  onTestFinished(() => deadlines.close())
  const upstream = { endpoints }
  const upstreams = { stateOf: () => upstream, makeRoom: () => true }
  const tunnels = new Tunnels({ deadlines, upstreams } as unknown as ProxyContext, new Set())
  const port = await listen(socket => tunnels.join({ upstream: {} } as Backend, socket))
  const client = async () => {
    const socket = connect({ host: '127.0.0.1', port, allowHalfOpen: true })
    onTestFinished(() => void socket.destroy())
    await once(socket, 'connect')
    return socket
  }
  return { tunnels, client }
}

test('a tunnel without a byte for ten minutes is closed, one that is used is not', async () => {
  const port = await listen(socket => socket.pipe(socket))
  const { tunnels, client } = await joined([port])
  const [used, idle] = [await client(), await client()]
  for (const socket of [used, idle]) {
    socket.write('hello')
    await once(socket, 'data')
  }
  vi.advanceTimersByTime(400_000)
  used.write('again')
  await once(used, 'data')
  const closed = once(idle, 'close')
  idle.on('end', () => idle.end())
  vi.advanceTimersByTime(300_000)
  await closed
  expect(tunnels.open.size).toBe(1)
})

test('endpoints get connections in turn; those that are passed over only when nobody else is left', async () => {
  const names = ['one', 'two', 'three']
  const ports = await Promise.all(names.map(name => listen(socket => void socket.end(name))))
  const answers = async (passedOver: readonly number[]) => {
    const { client } = await joined(ports, passedOver)
    const got: string[] = []
    for (let i = 0; i < 4; i++) {
      const [bytes] = await once(await client(), 'data')
      got.push(String(bytes))
    }
    return got
  }
  expect(await answers([])).toEqual(['one', 'two', 'three', 'one'])
  expect(await answers([ports[1]!])).toEqual(['one', 'three', 'three', 'one'])
  expect(await answers(ports)).toEqual(['one', 'two', 'three', 'one'])
})

test('each side may end before the other', async () => {
  const port = await listen(socket => {
    socket.on('data', () => {})
    socket.on('end', () => socket.end('all of it'))
  })
  const { client } = await joined([port])
  const socket = await client()
  socket.end('a question')
  const [bytes] = await once(socket, 'data')
  expect(String(bytes)).toBe('all of it')
})
