// A small collector: takes OTLP over HTTP in protobuf, as a real one does, and reads the spans out of it. Field numbers are those
// of opentelemetry/proto/trace/v1/trace.proto.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'

/** A span as a collector sees it. */
export interface ReceivedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty for none. */
  readonly parentSpanId: string
  readonly tracestate: string
  readonly name: string
  readonly kind: 'server' | 'client' | 'other'
  /** Nanoseconds since the epoch. */
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  readonly events: readonly {
    readonly name: string
    readonly attributes: Readonly<Record<string, unknown>>
  }[]
  /** 0 unset, 1 ok, 2 error. */
  readonly statusCode: number
  /** What the sender says of itself. */
  readonly resource: Readonly<Record<string, unknown>>
}

/** A collector that listens on loopback. */
export interface OtlpReceiver {
  /** Base URL. */
  readonly url: string
  /** Every span so far, in the order they came. */
  readonly received: readonly ReceivedSpan[]
  /** What each request asked for, as `METHOD path content-type`. */
  readonly requests: readonly string[]
  /** Resolves when as many spans have come as `condition` wants. */
  until(condition: (spans: readonly ReceivedSpan[]) => boolean): Promise<readonly ReceivedSpan[]>
}

/** Starts one that answers with `status`; closed when the test is over. */
export async function startOtlpReceiver(status = 200): Promise<OtlpReceiver> {
  const received: ReceivedSpan[] = []
  const requests: string[] = []
  const waiting = new Set<() => void>()
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    requests.push(`${request.method} ${request.url} ${request.headers['content-type']}`)
    if (status === 200) received.push(...readSpans(body))
    response.writeHead(status, { 'content-type': 'application/x-protobuf' }).end()
    for (const look of [...waiting]) look()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    requests,
    until: condition =>
      new Promise(resolve => {
        const look = () => {
          if (!condition(received)) return
          waiting.delete(look)
          resolve(received)
        }
        waiting.add(look)
        look()
      }),
  }
}

const kinds: Readonly<Record<number, ReceivedSpan['kind']>> = { 2: 'server', 3: 'client' }

function readSpans(body: Buffer): ReceivedSpan[] {
  return messages(body, 1).flatMap(resourceSpans => {
    const resource = attributesOf(messages(resourceSpans, 1)[0] ?? Buffer.alloc(0), 1)
    return messages(resourceSpans, 2)
      .flatMap(scopeSpans => messages(scopeSpans, 2))
      .map(span => ({
        traceId: bytes(span, 1).toString('hex'),
        spanId: bytes(span, 2).toString('hex'),
        parentSpanId: bytes(span, 4).toString('hex'),
        tracestate: bytes(span, 3).toString(),
        name: bytes(span, 5).toString(),
        kind: kinds[Number(number(span, 6))] ?? 'other',
        start: number(span, 7),
        end: number(span, 8),
        attributes: attributesOf(span, 9),
        events: messages(span, 11).map(event => ({
          name: bytes(event, 2).toString(),
          attributes: attributesOf(event, 3),
        })),
        statusCode: Number(number(messages(span, 15)[0] ?? Buffer.alloc(0), 3)),
        resource,
      }))
  })
}

function attributesOf(message: Buffer, field: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(message, field).map(pair => [bytes(pair, 1).toString(), anyValue(messages(pair, 2)[0]!)]),
  )
}

function anyValue(any: Buffer): unknown {
  const [field] = fields(any)
  if (field === undefined) return undefined
  if (field.number === 1) return (field.value as Buffer).toString()
  if (field.number === 2) return field.value !== 0n
  if (field.number === 4) {
    const bits = Buffer.alloc(8)
    bits.writeBigUInt64LE(field.value as bigint)
    return bits.readDoubleLE()
  }
  return Number(BigInt.asIntN(64, field.value as bigint))
}

interface Field {
  readonly number: number
  readonly value: bigint | Buffer
}

function messages(message: Buffer, field: number): Buffer[] {
  return fields(message)
    .filter(({ number }) => number === field)
    .map(({ value }) => value as Buffer)
}

function bytes(message: Buffer, field: number): Buffer {
  return messages(message, field)[0] ?? Buffer.alloc(0)
}

function number(message: Buffer, field: number): bigint {
  return (fields(message).find(({ number }) => number === field)?.value as bigint | undefined) ?? 0n
}

/** All fields of a protobuf message, in order. */
function fields(message: Buffer): Field[] {
  const all: Field[] = []
  let position = 0
  function varint(): bigint {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = message[position++]!
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
  }
  while (position < message.length) {
    const tag = Number(varint())
    const wireType = tag & 7
    let value: bigint | Buffer
    if (wireType === 0) value = varint()
    else if (wireType === 1) {
      value = message.readBigUInt64LE(position)
      position += 8
    } else if (wireType === 5) {
      value = BigInt(message.readUInt32LE(position))
      position += 4
    } else {
      const length = Number(varint())
      value = message.subarray(position, position + length)
      position += length
    }
    all.push({ number: tag >>> 3, value })
  }
  return all
}
