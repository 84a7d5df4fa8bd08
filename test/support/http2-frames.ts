// An HTTP/2 client that sends exactly the frames it is given and shows the frames it gets: for everything that a library
// would not send. Fields go out as literals without indexing, so that any octet can be carried.
import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { onTestFinished } from 'vitest'

export const FrameType = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const

export const endStream = 1
export const endHeaders = 4
/** Responses in full, without references to a table that nobody keeps here. */
const noTable = [1, 0] as const
const preface = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'

export interface Frame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** Names and values. */
export type FieldPairs = readonly (readonly [name: string, value: string])[]

/** The fields of a request for `a.test`, as the vectors start from. */
export function requestFields(
  changes: Record<string, string | undefined> = {},
  ...more: FieldPairs
): FieldPairs {
  const base = { ':method': 'GET', ':scheme': 'http', ':authority': 'a.test', ':path': '/', ...changes }
  const pairs = Object.entries(base).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return [...pairs, ...more]
}

export function frame(type: number, flags: number, stream: number, payload: Buffer | string = ''): Buffer {
  const bytes = typeof payload === 'string' ? Buffer.from(payload, 'latin1') : payload
  const head = Buffer.alloc(9)
  head.writeUIntBE(bytes.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, bytes])
}

/** A field block of literals. */
export function fieldBlock(fields: FieldPairs): Buffer {
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]))
}

export function headersFrame(stream: number, fields: FieldPairs, flags: number = endStream): Buffer {
  return frame(FrameType.headers, flags | endHeaders, stream, fieldBlock(fields))
}

export function dataFrame(stream: number, payload: string | Buffer, flags: number = endStream): Buffer {
  return frame(FrameType.data, flags, stream, payload)
}

export function resetFrame(stream: number, code: number): Buffer {
  return frame(FrameType.rstStream, 0, stream, uint32(code))
}

export function windowUpdate(stream: number, increment: number): Buffer {
  return frame(FrameType.windowUpdate, 0, stream, uint32(increment))
}

export function settingsFrame(settings: readonly (readonly [id: number, value: number])[] = []): Buffer {
  const payload = settings.map(([id, value]) =>
    Buffer.concat([Buffer.from([id >> 8, id & 255]), uint32(value)]),
  )
  return frame(FrameType.settings, 0, 0, Buffer.concat(payload))
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** A string of HPACK (RFC 7541 §5.2), not Huffman-coded. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'latin1')
  const length: number[] = []
  if (bytes.length < 127) length.push(bytes.length)
  else {
    let rest = bytes.length - 127
    length.push(127)
    for (; rest >= 128; rest >>= 7) length.push((rest & 127) | 128)
    length.push(rest)
  }
  return Buffer.concat([Buffer.from(length), bytes])
}

export interface FrameClient {
  readonly socket: Socket
  readonly frames: readonly Frame[]
  readonly closed: boolean
  send(...frames: readonly Buffer[]): void
  /** The first frame that `condition` holds for, of those that came and will come; rejects when the connection ends before. */
  until(condition: (frame: Frame) => boolean): Promise<Frame>
  untilClosed(): Promise<void>
  /** Ends the connection with a RST of TCP. */
  reset(): void
  /** How a stream ended: `rst(1)`, `goaway(2)`, `closed`, or the status of a response that came whole. */
  verdict(stream: number): Promise<string>
}

/** Connects with a preface; over TLS if it is told a server name. The connection is cut when the test is over. */
export async function frameClient(
  port: number,
  options: { readonly servername?: string; readonly settings?: readonly (readonly [number, number])[] } = {},
): Promise<FrameClient> {
  const { servername, settings = [] } = options
  const tcp = connect({ host: '127.0.0.1', port })
  tcp.on('error', () => {})
  const tls = { socket: tcp, servername, ALPNProtocols: ['h2'], rejectUnauthorized: false }
  const socket = servername === undefined ? tcp : connectTls(tls)
  onTestFinished(() => {
    socket.destroy()
  })
  const frames: Frame[] = []
  const watchers = new Set<() => void>()
  let closed = false
  let unread: Buffer = Buffer.alloc(0)
  const wake = () => {
    for (const watcher of [...watchers]) watcher()
  }
  socket.on('data', chunk => {
    unread = Buffer.concat([unread, chunk as Buffer])
    while (unread.length >= 9 && unread.length >= 9 + unread.readUIntBE(0, 3)) {
      const end = 9 + unread.readUIntBE(0, 3)
      const [type, flags, stream] = [unread[3]!, unread[4]!, unread.readUInt32BE(5)]
      frames.push({ type, flags, stream, payload: unread.subarray(9, end) })
      unread = unread.subarray(end)
      if (type === FrameType.settings && flags === 0) socket.write(frame(FrameType.settings, 1, 0))
    }
    wake()
  })
  for (const event of ['error', 'end', 'close'])
    socket.on(event, () => {
      closed = true
      wake()
    })
  const wait = <T>(find: () => T | undefined, otherwise?: T): Promise<T> =>
    new Promise((resolve, reject) => {
      const watcher = () => {
        const found = find() ?? (closed ? otherwise : undefined)
        if (found === undefined && !closed) return
        watchers.delete(watcher)
        if (found === undefined) reject(new Error('the connection ended'))
        else resolve(found)
      }
      watchers.add(watcher)
      watcher()
    })
  await new Promise<void>((resolve, reject) => {
    socket.once(servername === undefined ? 'connect' : 'secureConnect', resolve)
    socket.once('error', reject)
  })
  socket.write(Buffer.concat([Buffer.from(preface), settingsFrame([noTable, ...settings])]))
  return {
    socket,
    frames,
    get closed() {
      return closed
    },
    reset: () => tcp.resetAndDestroy(),
    send: (...parts) => socket.write(Buffer.concat(parts)),
    until: condition => wait(() => frames.find(condition)),
    untilClosed: async () => {
      await wait(() => (closed ? true : undefined), true)
    },
    verdict: stream => wait(() => verdictOf(frames, stream), 'closed'),
  }
}

function verdictOf(frames: readonly Frame[], stream: number): string | undefined {
  for (const { type, payload, stream: of } of frames) {
    if (type === FrameType.rstStream && of === stream) return `rst(${payload.readUInt32BE(0)})`
    if (type === FrameType.goaway && payload.readUInt32BE(4) !== 0)
      return `goaway(${payload.readUInt32BE(4)})`
  }
  const own = frames.filter(frame => frame.stream === stream)
  if (!own.some(({ type, flags }) => type <= FrameType.headers && (flags & endStream) !== 0)) return undefined
  return statusOf(own.findLast(({ type }) => type === FrameType.headers)!.payload)
}

const statusesByIndex = ['200', '204', '206', '304', '400', '404', '500']

/** The status that a field block of a response begins with. */
export function statusOf(block: Buffer): string {
  // Changes of the table's size may come first.
  let at = 0
  while ((block[at]! & 0xe0) === 0x20) at++
  const first = block[at]!
  if (first >= 0x88 && first <= 0x8e) return statusesByIndex[first - 0x88]!
  const size = block[at + 1]!
  const value = block.subarray(at + 2, at + 2 + (size & 0x7f))
  return (size & 0x80) === 0 ? value.toString('latin1') : huffmanDigits(value)
}

/** Digits in Huffman's code of HPACK: 0, 1 and 2 have five bits, the others six. */
function huffmanDigits(bytes: Buffer): string {
  let bits = [...bytes].map(byte => byte.toString(2).padStart(8, '0')).join('')
  let digits = ''
  while (bits.length >= 5 && digits.length < 3) {
    const five = Number.parseInt(bits.slice(0, 5), 2)
    const isShort = five <= 2
    digits += isShort ? five : Number.parseInt(bits.slice(0, 6), 2) - 0x19 + 3
    bits = bits.slice(isShort ? 5 : 6)
  }
  return digits
}
