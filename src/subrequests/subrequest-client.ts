// Sends subrequests over connections of their own, kept by undici: bounded in number, in what waits for them and in what is
// read of a response. Nothing here touches the connections that requests of clients go out on.
import { isIP } from 'node:net'
import { checkServerIdentity } from 'node:tls'
import { type Dispatcher, Pool } from 'undici'
import type {
  Subrequest,
  SubrequestConnections,
  SubrequestFailure,
  SubrequestOutcome,
  SubrequestTarget,
} from './subrequest.ts'

/** Most targets whose connections are kept; hosts may come out of variables, so clients could name any number. */
const maxPools = 64
/** Most subrequests at a time for one target, those that wait for a connection included. */
const maxPending = 1024
/** Octets of a response's head: as much as a backend's. */
const maxHeadBytes = 16 * 1024
/** Octets of a response's body that are read to keep the connection; nobody looks at them. */
const maxBodyBytes = 64 * 1024
/** Addresses of one target that are asked before it counts as unreachable. */
const maxTries = 3

/** A subrequest under way. */
export interface PendingSubrequest {
  /** Never rejects. */
  readonly outcome: Promise<SubrequestOutcome>
  /** Nobody is interested any more: its connection is closed, and the outcome is a failure if there is none yet. */
  abandon(): void
}

interface TargetPool {
  readonly pool: Pool
  pending: number
}

/** Sends subrequests. */
export class SubrequestClient {
  /** By target and how its connections are kept; the one used last comes last. */
  readonly #pools = new Map<string, TargetPool>()
  #turn = 0
  #isClosed = false

  /** Sends one. Methods that may be repeated (GET, HEAD, OPTIONS) are, where a kept connection broke or an address refused. */
  send(request: Subrequest): PendingSubrequest {
    let current: Attempt | undefined
    let isAbandoned = false
    const tryAll = async (): Promise<SubrequestOutcome> => {
      const addresses = this.#addressesOf(request.target)
      let outcome: SubrequestOutcome = { failure: 'connect-failed', detail: 'it has no addresses' }
      for (let tries = 0; tries < Math.max(2, addresses.length); tries++) {
        current = this.#attempt(request, addresses[tries % addresses.length])
        outcome = await current.outcome
        if (!('failure' in outcome) || isAbandoned || !mayFollow(outcome.failure, request, addresses, tries))
          break
      }
      return outcome
    }
    return {
      outcome: tryAll(),
      abandon: () => {
        isAbandoned = true
        current?.abandon()
      },
    }
  }

  /** Closes all connections; subrequests under way fail. */
  async close(): Promise<void> {
    this.#isClosed = true
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map(({ pool }) => pool.destroy()))
  }

  /** Those to be asked, another one first each time. */
  #addressesOf({ host, port, addresses }: SubrequestTarget): readonly Address[] {
    if (addresses === undefined) return [{ address: host, port }]
    const first = addresses.length === 0 ? 0 : this.#turn++ % addresses.length
    return [...addresses.slice(first), ...addresses.slice(0, first)].slice(0, maxTries)
  }

  #attempt(request: Subrequest, address: Address | undefined): Attempt {
    if (address === undefined || this.#isClosed) {
      return failedAttempt('connect-failed', this.#isClosed ? 'Portico is closing' : 'it has no addresses')
    }
    const pool = this.#poolOf(request.target, address, request.connections)
    if (pool.pending >= maxPending) return failedAttempt('busy', `${maxPending} others are waiting for it`)
    pool.pending++
    const attempt = new DispatchedAttempt(() => pool.pending--)
    try {
      pool.pool.dispatch(
        {
          path: request.path,
          method: request.method,
          headers: request.fields as string[],
          body: request.body ?? null,
          headersTimeout: request.readMs,
          bodyTimeout: request.readMs,
          reset: request.connections.idleMs === 0,
          ...serverNameOf(request.target),
        },
        attempt,
      )
    } catch (error) {
      attempt.fail('broken', error)
    }
    return attempt
  }

  #poolOf(target: SubrequestTarget, address: Address, connections: SubrequestConnections): TargetPool {
    const { secure, host, verifies } = target
    const { connectMs, most, idleMs, requests } = connections
    const scheme = secure ? `https ${host} ${verifies}` : 'http'
    const key = `${scheme} ${address.address} ${address.port} ${connectMs} ${most} ${idleMs} ${requests}`
    const known = this.#pools.get(key)
    if (known !== undefined) {
      this.#pools.delete(key)
      this.#pools.set(key, known)
      return known
    }
    const made = { pool: openPool(target, address, connections), pending: 0 }
    this.#pools.set(key, made)
    this.#dropOldest()
    return made
  }

  /** Subrequests under way there end as usual: `close` waits for them. */
  #dropOldest(): void {
    const oldest = this.#pools.size > maxPools ? this.#pools.entries().next().value : undefined
    if (oldest === undefined) return
    this.#pools.delete(oldest[0])
    oldest[1].pool.close().catch(() => {})
  }
}

interface Address {
  readonly address: string
  readonly port: number
}

function openPool(
  { secure, host, verifies }: SubrequestTarget,
  { address, port }: Address,
  { connectMs, most, idleMs, requests }: SubrequestConnections,
): Pool {
  const scheme = secure ? 'https' : 'http'
  const inUrl = address.includes(':') ? `[${address}]` : address
  return new Pool(`${scheme}://${inUrl}:${port}`, {
    connections: most,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: maxHeadBytes,
    keepAliveTimeout: Math.max(1, idleMs),
    keepAliveMaxTimeout: Math.max(1, idleMs),
    maxRequestsPerClient: requests,
    connect: {
      timeout: connectMs,
      rejectUnauthorized: verifies,
      checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
    },
  })
}

/** undici would ask for the name in the Host field, which need not be the target's (`mirror-host`). Addresses have no place there. */
function serverNameOf({ secure, host }: SubrequestTarget): { readonly servername?: string } {
  return secure && isIP(host) === 0 ? { servername: host } : {}
}

/** Whether another try makes sense and is harmless: what was never sent may go anywhere, what was sent only if repeatable. */
function mayFollow(
  failure: SubrequestFailure,
  { method }: Subrequest,
  addresses: readonly Address[],
  tries: number,
): boolean {
  if (failure === 'connect-failed') return tries + 1 < addresses.length
  // A service may close a kept connection just as a request goes out (RFC 9112 §9.3.1).
  return failure === 'broken' && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')
}

interface Attempt {
  readonly outcome: Promise<SubrequestOutcome>
  abandon(): void
}

function failedAttempt(failure: SubrequestFailure, detail: string): Attempt {
  return { outcome: Promise.resolve({ failure, detail }), abandon: () => {} }
}

/** One dispatch to undici. The outcome is known with the head; the body only decides whether the connection is kept. */
class DispatchedAttempt implements Attempt, Dispatcher.DispatchHandler {
  readonly outcome: Promise<SubrequestOutcome>
  #settle: (outcome: SubrequestOutcome) => void = () => {}
  readonly #onOver: () => void
  #controller: Dispatcher.DispatchController | undefined
  #isAbandoned = false
  #isOver = false
  #bodyBytes = 0

  constructor(onOver: () => void) {
    this.#onOver = onOver
    this.outcome = new Promise(resolve => {
      this.#settle = resolve
    })
  }

  abandon(): void {
    this.#isAbandoned = true
    this.#settle({ failure: 'abandoned', detail: 'nobody waits for it any more' })
    if (!this.#isOver) this.#controller?.abort(new Error('abandoned'))
  }

  fail(failure: SubrequestFailure, error: unknown): void {
    this.#settle({ failure, detail: messageOf(error) })
    this.#over()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#isAbandoned) controller.abort(new Error('abandoned'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    if (status < 200) return
    const fields = new Map<string, readonly string[]>()
    for (const [name, value] of Object.entries(headers)) {
      if (value !== undefined) fields.set(name.toLowerCase(), typeof value === 'string' ? [value] : value)
    }
    this.#settle({ status, fields })
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bodyBytes += chunk.length
    if (this.#bodyBytes > maxBodyBytes) controller.abort(new Error('long body'))
  }

  onResponseEnd(): void {
    this.#over()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(failureOf(error), error)
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#onOver()
  }
}

const connectCodes: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
])
const timeoutCodes: ReadonlySet<string> = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'])

function failureOf(error: Error): SubrequestFailure {
  const { code } = error as NodeJS.ErrnoException
  if (code === undefined) return 'broken'
  if (timeoutCodes.has(code)) return 'timeout'
  // Everything OpenSSL and Node say against a certificate comes before anything was sent.
  return connectCodes.has(code) || /CERT|_TLS_|SSL|SELF_SIGNED|ISSUER/.test(code)
    ? 'connect-failed'
    : 'broken'
}

function messageOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return messageOf(error.errors[0])
  return error instanceof Error ? error.message : String(error)
}
