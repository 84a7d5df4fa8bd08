import { type AddressInfo, createServer } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import fc from 'fast-check'
import { describe, expect, onTestFinished, test } from 'vitest'
import { maxClientHelloBytes, readClientHello } from './client-hello.ts'

/** What a real client sends first. */
async function clientHello(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const first = new Promise<Buffer>(resolve =>
    server.once('connection', socket => {
      socket.once('data', bytes => {
        resolve(bytes as Buffer)
        socket.destroy()
      })
    }),
  )
  const client = connect({ ...options, host: '127.0.0.1', port: (server.address() as AddressInfo).port })
  client.on('error', () => {})
  return first
}

/** The same handshake bytes in records of `size` bytes. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5)
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += size) {
    const fragment = message.subarray(at, at + size)
    const header = Buffer.from([22, 3, 1, 0, 0])
    header.writeUInt16BE(fragment.length, 3)
    records.push(header, fragment)
  }
  return Buffer.concat(records)
}

describe('a ClientHello', () => {
  test('tells the host in lower case without its trailing dot, and the protocols in order', async () => {
    const hello = await clientHello({ servername: 'Shop.Example.com', ALPNProtocols: ['h2', 'http/1.1'] })
    expect(readClientHello(hello)).toEqual({
      kind: 'hello',
      serverName: 'shop.example.com',
      protocols: ['h2', 'http/1.1'],
    })
  })

  test('may name no host and no protocol, in TLS 1.2 too', async () => {
    const hello = await clientHello({ servername: '', maxVersion: 'TLSv1.2' })
    expect(readClientHello(hello)).toEqual({ kind: 'hello', serverName: undefined, protocols: [] })
  })

  test('is waited for at every cut, and read the same in records of any size', async () => {
    const hello = await clientHello({ servername: 'foo.com' })
    const whole = readClientHello(hello)
    for (let size = 0; size < hello.length; size++) {
      expect(readClientHello(hello.subarray(0, size)).kind).toBe('incomplete')
    }
    for (const size of [1, 2, 3, 7, 64, 500]) expect(readClientHello(inRecords(hello, size))).toEqual(whole)
  })

  test('may be followed by something else', async () => {
    const hello = await clientHello({ servername: 'foo.com' })
    const more = Buffer.concat([hello, Buffer.from([20, 3, 3, 0, 1, 1])])
    expect(readClientHello(more)).toEqual(readClientHello(hello))
  })
})

describe('what is no ClientHello', () => {
  test('is said to be none: HTTP, another message, a record that is empty or too long', () => {
    const others = [
      Buffer.from('GET / HTTP/1.1\r\n'),
      Buffer.from([22, 2, 0, 0, 1]),
      Buffer.from([22, 3, 1, 0, 0]),
      Buffer.from([22, 3, 1, 0xff, 0xff]),
      Buffer.from([22, 3, 1, 0, 4, 2, 0, 0, 0]),
      Buffer.from([22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff]),
    ]
    expect(others.map(bytes => readClientHello(bytes).kind)).toEqual(others.map(() => 'invalid'))
  })

  test('is not waited for without end', () => {
    const endless = inRecords(
      Buffer.concat([Buffer.alloc(5), Buffer.from([1, 0, 0x3f, 0]), Buffer.alloc(20_000)]),
      1,
    )
    expect(readClientHello(endless.subarray(0, maxClientHelloBytes + 1)).kind).toBe('invalid')
  })

  test('never makes the reader throw, whatever byte of a good one is another', async () => {
    const hello = await clientHello({ servername: 'foo.com', ALPNProtocols: ['http/1.1'] })
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(hello.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
        fc.nat(hello.length),
        (changes, length) => {
          const changed = Buffer.from(hello)
          for (const [at, value] of changes) changed[at] = value
          const { kind } = readClientHello(changed.subarray(0, length))
          return ['incomplete', 'invalid', 'hello'].includes(kind)
        },
      ),
    )
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 200 }),
        bytes => readClientHello(Buffer.from(bytes)) !== undefined,
      ),
    )
  })
})
