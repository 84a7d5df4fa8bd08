// Starts and stops a whole Portico. The order of starting is the order of this file; stopping goes the other way round.
import { type AccessLog, createAccessLog } from '../access-log/access-log.ts'
import type { ListenerView } from '../admin/api/types.ts'
import type { ServedChange } from '../admin/sources.ts'
import { type CertificateStore, createCertificateStore } from '../certificates/cert-store.ts'
import { createLocalCa, type LocalCa } from '../certificates/local-ca.ts'
import type { CertifiedKey } from '../certificates/sign.ts'
import { DevExchange } from '../dev/dev-exchange.ts'
import { ConnectionLimit } from '../listeners/connection-limit.ts'
import type { HandshakePlan } from '../listeners/handshake-plan.ts'
import {
  createHttpListener,
  createHttpsListener,
  type HttpsListener,
  type Listener,
} from '../listeners/listener.ts'
import { defaultListenerSettings, type ListenerContext } from '../listeners/listener-context.ts'
import { Counters } from '../metrics/counters.ts'
import { readDescriptorLimit } from '../metrics/descriptors.ts'
import { createProxyContext } from '../proxy/create-proxy-context.ts'
import { Exchange } from '../proxy/exchange.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import { Tunnels } from '../proxy/tunnel.ts'
import { findHost } from '../routing/matcher.ts'
import { Deadlines } from '../sockets/deadlines.ts'
import { createDirectorySource } from '../sources/directory.ts'
import type { Source } from '../sources/source.ts'
import { SourceError } from '../sources/source-error.ts'
import { createTracing, type Tracing } from '../tracing/tracing.ts'
import { Upstreams } from '../upstreams/upstreams.ts'
import { type AdminPort, openAdminPort } from './admin-port.ts'
import { connectionCaps } from './connection-caps.ts'
import { drain } from './drain.ts'
import type { AppEvents, AppliedChange, RunningApp } from './events.ts'
import { planHandshakes } from './handshakes.ts'
import { setListeners } from './listener-settings.ts'
import { controllerOf, createMetrics } from './metrics.ts'
import type { AdminAddress, AppOptions } from './options.ts'
import { createReloader, type Reloader } from './reload.ts'
import { StartError } from './start-error.ts'

/**
 * Reads the manifests, compiles them, and serves. Resolves when the first table is live and all ports are bound; rejects
 * with `StartError` when that is not possible, with nothing left running.
 */
export async function startApp(options: AppOptions, events: AppEvents): Promise<RunningApp> {
  const app = new App(options, events)
  try {
    await app.start()
    return app
  } catch (error) {
    await app.close()
    throw toStartError(error)
  }
}

class App implements RunningApp {
  readonly #options: AppOptions
  readonly #events: AppEvents
  readonly #counters = new Counters()
  readonly #deadlines = new Deadlines(lateMs => this.#counters.eventLoopDelays.observe(lateMs / 1000))
  readonly #descriptorLimit = readDescriptorLimit()
  readonly #proxy: ProxyContext
  readonly #listening: ListenerContext
  readonly #source: Source
  #accessLog: AccessLog | undefined
  readonly #tracing: Tracing
  #reloader: Reloader | undefined
  #ca: LocalCa | undefined
  #certificates: CertificateStore | undefined
  #http: Listener | undefined
  #https: HttpsListener | undefined
  #admin: AdminPort | undefined
  #served: ServedChange | undefined
  /** What policies keep is closed by these. */
  readonly #closers: (() => void | Promise<void>)[] = []
  readonly #tunnels: Tunnels
  readonly #startedAt = Date.now()
  #ready = false

  constructor(options: AppOptions, events: AppEvents) {
    this.#options = options
    this.#events = events
    const caps = connectionCaps(this.#descriptorLimit)
    const upstreams = new Upstreams(this.#deadlines, this.#counters, caps.endpoints)
    this.#proxy = createProxyContext(this.#deadlines, this.#counters, upstreams, options.via ?? '', {
      rehearses: false,
      now: () => this.#deadlines.now,
      count: (policy, event) => this.#counters.policyEvents.add(`${policy} ${event}`),
      ownListener: (secure, host, port) => this.#ownListener(secure, host, port),
      report: message => events.notice(message),
      onClose: callback => this.#closers.push(callback),
    })
    const { redact } = options.accessLog
    this.#tracing = createTracing(this.#proxy, options.tracing, redact === 'off' ? [] : redact, message =>
      events.notice(message),
    )
    this.#listening = {
      deadlines: this.#deadlines,
      ...defaultListenerSettings,
      openStream: options.dev
        ? stream => new DevExchange(this.#proxy, stream, () => this.#explainSource())
        : stream => new Exchange(this.#proxy, stream),
      limit: new ConnectionLimit(caps.clients, this.#counters),
      onProblem: message => events.notice(message),
      connections: new Set(),
      draining: false,
    }
    this.#tunnels = new Tunnels(this.#proxy, this.#listening.connections)
    this.#source = createDirectorySource({
      paths: options.paths,
      poll: options.poll,
      onProgress: progress => events.progress?.(progress),
      onProblem: message => events.notice(message),
    })
  }

  async start(): Promise<void> {
    const { bind, httpPort, httpsPort, admin, certificateDirectory } = this.#options
    this.#accessLog = await this.#openAccessLog()
    this.#ca = await createLocalCa(certificateDirectory)
    this.#certificates = createCertificateStore(this.#ca)
    this.#reloader = createReloader({
      compileOptions: this.#options.compile,
      proxy: this.#proxy,
      certificates: this.#certificates,
      events: {
        applied: change => this.#tellApplied(change),
        notice: message => this.#events.notice(message),
      },
      afterSwap: () => this.#followTable(),
    })
    await this.#source.start(this.#reloader.apply)
    // The first request is traced too.
    await this.#tracing.follow(this.#proxy.live.table)
    // Ports are bound once there is something to serve, so that nobody gets a 404 for want of a table.
    this.#http = await createHttpListener(bind, httpPort, this.#listening)
    const defaultPair = await this.#certificates.pairFor(undefined)
    const plan = this.#planHandshakes(defaultPair)
    this.#https = await createHttpsListener(bind, httpsPort, this.#listening, plan)
    this.#proxy.httpsPort = this.#https.port
    if (admin !== undefined) this.#admin = await this.#openAdmin(admin)
    this.#ready = true
  }

  async #openAccessLog(): Promise<AccessLog | undefined> {
    try {
      return await createAccessLog(this.#options.accessLog, this.#proxy, message =>
        this.#events.notice(message),
      )
    } catch (error) {
      throw new StartError(3, `the access log can not be written: ${(error as Error).message}`)
    }
  }

  async close(): Promise<void> {
    this.#ready = false
    this.#http?.close()
    this.#https?.close()
    // Begun before anything is waited for: what is answered from now on says that the connection closes.
    const drained = drain(this.#listening, this.#options.drainTimeoutMs, (connections, leftMs) =>
      this.#events.progress?.({ kind: 'draining', connections, leftMs }),
    )
    await this.#source.close()
    this.#reloader?.close()
    await drained
    this.#proxy.upstreams.close()
    await this.#tracing.close()
    await Promise.all(this.#closers.map(close => close()))
    await this.#admin?.close()
    this.#deadlines.close()
    await this.#accessLog?.close()
  }

  reopenLogs(): void {
    this.#accessLog?.reopen()
  }

  rescan(): Promise<void> {
    return this.#source.rescan()
  }

  get http(): string {
    return this.#http!.address
  }

  get https(): string {
    return this.#https!.address
  }

  get admin(): string | undefined {
    return this.#admin === undefined ? undefined : `${this.#admin.host}:${this.#admin.port}`
  }

  get caCertificateFile(): string {
    return this.#ca!.certificateFile
  }

  /** What is served here is best asked of this very process; without an admin port, of what it reads. */
  #explainSource(): readonly string[] {
    const admin = this.#admin
    return admin === undefined ? this.#options.paths : ['--live', `${dialable(admin.host)}:${admin.port}`]
  }

  /** Clients know it by the scheme's own port, whatever it is bound to. */
  #ownListener(secure: boolean, host: string, port: number): { address: string; port: number } | undefined {
    const listener = secure ? this.#https : this.#http
    // Behind a load balancer that speaks the PROXY protocol nobody is taken who does not: DNS leads to the load balancer.
    if (this.#listening.proxyProtocol !== undefined) return undefined
    if (listener === undefined || (port !== (secure ? 443 : 80) && port !== listener.port)) return undefined
    const claimed = findHost(this.#proxy.live.matcher, host)?.hostRoutes.host ?? ''
    if (claimed === '') return undefined
    return { address: dialable(this.#options.bind), port: listener.port }
  }

  #openAdmin(admin: AdminAddress): Promise<AdminPort> {
    const { upstreams } = this.#proxy
    return openAdminPort(admin, this.#options, {
      proxy: this.#proxy,
      startedAt: this.#startedAt,
      served: () => this.#served!,
      from: () => this.#reloader!.from!,
      listeners: () => this.#listeners(),
      clientConnections: () => this.#listening.limit.open,
      replayProblem: () =>
        this.#listening.proxyProtocol === undefined
          ? undefined
          : 'the listeners take connections of the PROXY protocol only',
      authorityPem: () => this.#ca?.certPem,
      isReady: () => this.#ready,
      exposition: createMetrics({
        counters: this.#counters,
        live: {
          openClientConnections: () => this.#listening.limit.open,
          openEndpointConnections: () => upstreams.countConnections(),
          connectionsByEndpoint: () => upstreams.connectionsByEndpoint(),
          endpointsPassedOver: () => upstreams.countPassedOver(),
          endpointsLeftOut: () => upstreams.countLeftOut(),
          endpointsDrained: () => upstreams.countDrained(),
          descriptorLimit: this.#descriptorLimit,
        },
        table: () => this.#proxy.live.table,
        controller: controllerOf(this.#options.compile.ingressClasses),
      }),
    })
  }

  #listeners(): ListenerView[] {
    const { bind } = this.#options
    const at = (address: string, port: number) =>
      `${address.includes(':') ? `[${address}]` : address}:${port}`
    const admin = this.#admin
    return [
      { name: 'http', address: at(dialable(bind), this.#http!.port) },
      { name: 'https', address: at(dialable(bind), this.#https!.port) },
      ...(admin === undefined
        ? []
        : [{ name: 'admin', address: at(dialable(admin.host), admin.port) } as const]),
    ]
  }

  #tellApplied(change: AppliedChange): void {
    this.#served = { ...change, time: Date.now() }
    this.#admin?.applied(this.#served)
    this.#events.applied(change)
  }

  /** A new table is live: listeners and handshakes follow it. */
  #followTable(): void {
    const { table } = this.#proxy.live
    setListeners(this.#listening, table)
    this.#accessLog?.followTable()
    this.#tracing.follow(table).catch(error => this.#events.notice(`tracing could not begin: ${error}`))
    // Clients without SNI get what the server itself holds, so a new default has to be given to it.
    this.#certificates!.pairFor(undefined).then(
      pair => this.#https?.setPlan(this.#planHandshakes(pair)),
      error => this.#events.notice(`the default certificate could not be replaced: ${error}`),
    )
  }

  #planHandshakes(defaultPair: CertifiedKey): HandshakePlan {
    const { live } = this.#proxy
    return planHandshakes(live, this.#certificates!, defaultPair, this.#tunnels)
  }
}

/** An address that leads to what is bound there: all addresses are reached by loopback. */
function dialable(bind: string): string {
  return bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind
}

/** What a person can do something about becomes a sentence; anything else is our bug and stays what it is. */
function toStartError(error: unknown): unknown {
  if (error instanceof SourceError) return new StartError(2, error.message)
  const { code, port, address } = error as NodeJS.ErrnoException & { port?: number; address?: string }
  if (code === 'EADDRINUSE')
    return new StartError(3, `${address}:${port} is in use; choose another port, or 0 for a free one`)
  if (code === 'EACCES' && port !== undefined)
    return new StartError(3, `${address}:${port} may not be bound by this user; choose a port above 1023`)
  if (code === 'EADDRNOTAVAIL') return new StartError(3, `${address} is no address of this machine`)
  return error
}
