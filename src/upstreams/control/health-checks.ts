// Asks the endpoints of one upstream whether they are well (active health checks). Off the hot path: what it finds out is
// one boolean per endpoint.
import { Agent, request } from 'undici'
import type { Counters } from '../../metrics/counters.ts'
import { type HealthCheckSettings, isWell } from '../../policies/health-check.ts'
import type { EndpointState } from '../endpoint-state.ts'
import type { TlsTransport } from '../tls-transport.ts'

/** What checks need besides their settings. */
export interface HealthCheckOptions {
  readonly settings: HealthCheckSettings & { readonly path: string }
  /** `undefined`: connections are plain. */
  readonly transport: TlsTransport | undefined
  readonly counters: Counters
  /** An endpoint that was not well gets requests again. */
  readonly onBack: (endpoint: EndpointState) => void
}

/** The checks of one upstream. Must be closed. */
export class HealthChecks {
  readonly #options: HealthCheckOptions
  readonly #checks = new Map<EndpointState, EndpointCheck>()

  constructor(options: HealthCheckOptions) {
    this.#options = options
  }

  /** Makes `endpoints` the ones that are checked, new ones at once. */
  update(endpoints: readonly EndpointState[]): void {
    const wanted = new Set(endpoints)
    for (const [endpoint, check] of this.#checks) {
      if (wanted.has(endpoint)) continue
      check.stop()
      this.#checks.delete(endpoint)
    }
    for (const endpoint of wanted) {
      if (!this.#checks.has(endpoint)) this.#checks.set(endpoint, new EndpointCheck(endpoint, this.#options))
    }
  }

  /** Whether an endpoint is to get no requests. */
  isUnhealthy(endpoint: EndpointState): boolean {
    return this.#checks.get(endpoint)?.isUnhealthy === true
  }

  close(): void {
    this.update([])
  }
}

/** The checks of one endpoint, one after the other. Well until it is shown otherwise. */
class EndpointCheck {
  isUnhealthy = false
  readonly #endpoint: EndpointState
  readonly #options: HealthCheckOptions
  readonly #agent: Agent
  readonly #stop = new AbortController()
  /** Checks in a row that speak against what is held true now. */
  #against = 0
  #timer: NodeJS.Timeout | undefined

  constructor(endpoint: EndpointState, options: HealthCheckOptions) {
    this.#endpoint = endpoint
    this.#options = options
    this.#agent = createAgent(endpoint, options)
    void this.#run()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#stop.abort()
    void this.#agent.destroy()
  }

  async #run(): Promise<void> {
    const succeeded = await this.#ask()
    if (this.#stop.signal.aborted) return
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
    if (succeeded) this.#options.onBack(this.#endpoint)
    else this.#options.counters.ejections.add('health-check')
  }

  /** Never rejects: whatever goes wrong is an answer. */
  async #ask(): Promise<boolean> {
    const { settings } = this.#options
    const { address, port } = this.#endpoint
    const host = address.includes(':') ? `[${address}]` : address
    try {
      const { statusCode, body } = await request(`http://${host}:${port}${settings.path}`, {
        dispatcher: this.#agent,
        signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(settings.timeoutMs)]),
        headers: { 'user-agent': 'portico-health-check' },
        reset: true,
      })
      // The body is nobody's business; neither is how it ends.
      body.on('error', () => {}).destroy()
      return isWell(settings.statuses, statusCode)
    } catch {
      return false
    }
  }
}

/** Connections as requests would have them, TLS and its verification included. */
function createAgent({ address, port }: EndpointState, { settings, transport }: HealthCheckOptions): Agent {
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
        if (refusal === undefined) callback(null, socket)
        else fail(socket.destroy() && new Error(refusal))
      })
    },
  })
}
