// The ways in which the same bytes are brought to the proxy.
import type { RawClient } from '../../support/raw-client.ts'

export interface DeliveryMode {
  /** Completes "requests … arrive …". */
  readonly name: string
  /** Cuts the bytes into what is written one by one. */
  readonly cut: (bytes: string) => readonly string[]
  /** A valid request stands directly behind the vector, in the same write. */
  readonly followed?: boolean
  /** The connection has served a request before. */
  readonly warmedUp?: boolean
  readonly tls?: boolean
  /** No backend connection is open. */
  readonly coldPool?: boolean
  /** The backend answers when it has the head, and only then the rest is sent. */
  readonly answersEarly?: boolean
}

/** More pieces than this take too long: they become longer. */
const maxPieces = 1_500

const whole = (bytes: string) => [bytes]
const octets = (bytes: string) =>
  bytes.length <= maxPieces ? [...bytes] : (bytes.match(/[\s\S]{1,61}/g) ?? [])
const lines = (bytes: string) => {
  const pieces = bytes.split(/(?<=[\r\n:])/)
  return pieces.length <= maxPieces ? pieces : octets(bytes)
}
const headFirst = (bytes: string) => {
  const end = bytes.indexOf('\r\n\r\n') + 4
  return end === 3 || end === bytes.length ? [bytes] : [bytes.slice(0, end), bytes.slice(end)]
}

export const deliveryModes: readonly DeliveryMode[] = [
  { name: 'in one write', cut: whole },
  { name: 'octet by octet', cut: octets },
  { name: 'cut behind every CR, LF and colon', cut: lines },
  { name: 'with another request behind in the same write', cut: whole, followed: true },
  { name: 'behind another request on the same connection', cut: whole, warmedUp: true },
  { name: 'over TLS', cut: whole, tls: true },
  { name: 'while no backend connection is open', cut: whole, coldPool: true },
  { name: 'at a backend that answers before the body', cut: headFirst, answersEarly: true },
]

/** Writes the pieces one by one, each in a turn of its own; stops when the other side has closed. */
export async function deliver(client: RawClient, pieces: readonly string[]): Promise<void> {
  for (const piece of pieces) {
    if (client.closed) return
    client.send(piece)
    if (pieces.length > 1) await new Promise(setImmediate)
  }
}
