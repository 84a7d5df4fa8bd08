// Asks one endpoint whether it is well, again and again (active health checks). Off the hot path: what it finds out is one
// boolean. What that means for requests is the business of the upstreams that use it.
import { Agent, request } from 'undici'
import type { Counters } from '../../metrics/counters.ts'
import { type HealthCheckSettings, isWell } from '../../policies/balancing/health-check.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { Wire } from '../wire.ts'
import { probeGrpc, probeStatus } from './http2-probe.ts'

/** What a check needs besides its endpoint. */
export interface EndpointCheckOptions {
  /** Has a path or a service of gRPC. */
  readonly settings: HealthCheckSettings
  readonly wire: Wire
  readonly counters: Counters
}

/** The checks of one endpoint, one after the other. It counts as well until it is shown otherwise. Must be stopped. */
export class EndpointCheck {
  isUnhealthy = false
  readonly #endpoint: EndpointState
  readonly #options: EndpointCheckOptions
  /** For checks in HTTP/1.1. */
  readonly #agent: Agent
  /** Checks in a row that speak against what is held true now. */
  #against = 0
  #timer: NodeJS.Timeout | undefined
  readonly #stopping = new AbortController()

  /** Begins with the first check. */
  constructor(endpoint: EndpointState, options: EndpointCheckOptions) {
    this.#endpoint = endpoint
    this.#options = options
    this.#agent = createAgent(endpoint, options)
    void this.#run()
  }

  stop(): void {
    this.#stopping.abort()
    clearTimeout(this.#timer)
    // Ends the check that is under way, too.
    void this.#agent.destroy()
  }

  async #run(): Promise<void> {
    const succeeded = await this.#ask()
    if (this.#stopping.signal.aborted) return
    this.#options.counters.policyEvents.add(`health-check ${succeeded ? 'succeeded' : 'failed'}`)
    this.#note(succeeded)
    this.#timer = setTimeout(() => void this.#run(), this.#options.settings.intervalMs).unref()
  }

  #note(succeeded: boolean): void {
    if (succeeded !== this.isUnhealthy) {
      this.#against = 0
      return
    }
    const { healthyThreshold, unhealthyThreshold } = this.#options.settings
    this.#against++
    if (this.#against < (succeeded ? healthyThreshold : unhealthyThreshold)) return
    this.#against = 0
    this.isUnhealthy = !succeeded
    if (!succeeded) this.#options.counters.ejections.add('health-check')
  }

  /** Never rejects: whatever goes wrong is an answer. */
  async #ask(): Promise<boolean> {
    const { settings, wire } = this.#options
    const { path = '/', grpcService, statuses, timeoutMs } = settings
    const signal = AbortSignal.any([this.#stopping.signal, AbortSignal.timeout(timeoutMs)])
    const target = { endpoint: this.#endpoint, tls: wire.tls, signal }
    try {
      if (grpcService !== undefined) return await probeGrpc(target, grpcService)
      if (wire.http2) return isWell(statuses, await probeStatus(target, path))
      return isWell(statuses, await this.#askHttp1(path, signal))
    } catch {
      return false
    }
  }

  async #askHttp1(path: string, signal: AbortSignal): Promise<number> {
    const { statusCode, body } = await request(`http://${this.#endpoint.key}${path}`, {
      dispatcher: this.#agent,
      signal,
      headers: { 'user-agent': 'portico-health-check' },
      reset: true,
    })
    // The body is nobody's business; neither is how it ends.
    body.on('error', () => {}).destroy()
    return statusCode
  }
}

/** Connections as requests would have them, TLS and its verification included. */
function createAgent({ address, port }: EndpointState, { settings, wire }: EndpointCheckOptions): Agent {
  const transport = wire.tls
  const timeouts = { headersTimeout: settings.timeoutMs, bodyTimeout: settings.timeoutMs }
  if (transport === undefined || transport.isAuto)
    return new Agent({ ...timeouts, connect: { timeout: settings.timeoutMs } })
  return new Agent({
    ...timeouts,
    connect: (_options, callback) => {
      const socket = transport.connect(address, port, undefined)
      const fail = (error: Error) => callback(error, null)
      socket.setTimeout(settings.timeoutMs, () => socket.destroy(new Error('the handshake took too long')))
      socket.once('error', fail)
      socket.once('secureConnect', () => {
        socket.off('error', fail).setTimeout(0)
        const refusal = transport.refusalOf(socket)
        if (refusal === undefined) return callback(null, socket)
        socket.destroy()
        fail(new Error(refusal))
      })
    },
  })
}
