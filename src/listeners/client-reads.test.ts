import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { ClientReads, Memory } from './client-reads.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** A client socket and the server's side of it, taken over. */
async function pair(): Promise<{ client: Socket; reads: ClientReads; connections: () => Promise<number> }> {
  const server = createServer({ pauseOnConnect: true, allowHalfOpen: true })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1')
  const [accepted] = (await once(server, 'connection')) as [Socket]
  const reads = new ClientReads(accepted)
  closers.push(() => {
    client.destroy()
    reads.socket.destroy()
    server.close()
  })
  const connections = () =>
    new Promise<number>((resolve, reject) => {
      server.getConnections((error, count) => (error === null ? resolve(count) : reject(error)))
    })
  return { client, reads, connections }
}

/** An owner that tells where bytes came from, and wants a buffer of its own once it has got a `B`. */
class Owner {
  wantsOwnBuffer = false
  readonly seen: { text: string; memory: Memory; bytes: Buffer }[] = []
  #waiting: (() => void) | undefined

  onBytes(bytes: Buffer, size: number, memory: Memory): void {
    const text = bytes.latin1Slice(0, size)
    this.seen.push({ text, memory, bytes })
    this.wantsOwnBuffer = text.includes('B')
    this.#waiting?.()
  }

  async next(): Promise<{ text: string; memory: Memory; bytes: Buffer }> {
    while (this.seen.length === 0)
      await new Promise<void>(resolve => {
        this.#waiting = resolve
      })
    return this.seen.shift()!
  }
}

describe('the reading side of a client connection', () => {
  it('reads into shared memory, and into memory of its own while the owner wants that', async () => {
    const { client, reads } = await pair()
    const owner = new Owner()
    reads.start(owner)
    client.write('head')
    expect(await owner.next()).toMatchObject({ text: 'head', memory: Memory.shared })
    client.write('head B')
    const first = await owner.next()
    expect(first).toMatchObject({ text: 'head B', memory: Memory.shared })
    client.write('more B')
    const second = await owner.next()
    expect(second).toMatchObject({ text: 'more B', memory: Memory.reused })
    expect(second.bytes).not.toBe(first.bytes)
    client.write('last')
    expect(await owner.next()).toMatchObject({ text: 'last', memory: Memory.reused })
    client.write('head')
    expect(await owner.next()).toMatchObject({ text: 'head', memory: Memory.shared })
  })

  it('shares its memory with other connections', async () => {
    const [a, b] = [await pair(), await pair()]
    const [ownerA, ownerB] = [new Owner(), new Owner()]
    a.reads.start(ownerA)
    b.reads.start(ownerB)
    a.client.write('one')
    b.client.write('two')
    expect((await ownerA.next()).bytes).toBe((await ownerB.next()).bytes)
  })

  it('reads nothing before it is started, and loses nothing', async () => {
    const { client, reads } = await pair()
    await new Promise<void>(resolve => client.write('early', () => resolve()))
    const owner = new Owner()
    reads.start(owner)
    expect(await owner.next()).toMatchObject({ text: 'early' })
  })

  it('tells of the end, and is counted off by the server when it closes', async () => {
    const { client, reads, connections } = await pair()
    reads.start(new Owner())
    client.end()
    await once(reads.socket, 'end')
    expect(await connections()).toBe(1)
    reads.socket.destroy()
    await once(reads.socket, 'close')
    expect(await connections()).toBe(0)
  })
})
