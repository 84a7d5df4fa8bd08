// The admin port of a running Portico: what it shows comes from here, how it answers is the business of `admin/`.
import { createRedaction } from '../access-log/redaction.ts'
import type { AdminApi } from '../admin/admin-api.ts'
import { type AdminOptions, createAdminServer } from '../admin/admin-server.ts'
import { FiguresHistory } from '../admin/live/figures-history.ts'
import { RequestTail } from '../admin/live/request-tail.ts'
import { RouteFiguresWindow } from '../admin/live/route-figures-window.ts'
import type { AdminSources, ServedChange } from '../admin/sources.ts'
import type { ProxyContext } from '../proxy/proxy-context.ts'
import type { AppOptions } from './options.ts'
import { readVersion } from './version.ts'

/** What differs from moment to moment, and what else the admin port shows. */
export interface AdminParts
  extends Pick<AdminOptions, 'isReady' | 'exposition'>,
    Pick<
      AdminSources,
      'served' | 'from' | 'listeners' | 'clientConnections' | 'replayProblem' | 'authorityPem'
    > {
  readonly proxy: ProxyContext
  readonly startedAt: number
}

/** A listening admin port; must be closed. */
export interface AdminPort {
  readonly host: string
  /** The port really bound. */
  readonly port: number
  /** A new table is live. */
  applied(change: ServedChange): void
  close(): Promise<void>
}

/** Binds the admin port. Rejects with Node's own error when it can not be bound. */
export async function openAdminPort(
  { host, port, hosts, token }: NonNullable<AppOptions['admin']>,
  options: AppOptions,
  parts: AdminParts,
): Promise<AdminPort> {
  const { proxy, clientConnections } = parts
  const history = new FiguresHistory({ total: proxy.counters.series.total, clientConnections })
  const tail = new RequestTail(proxy)
  const sources = sourcesOf(options, parts, history, tail)
  // Loaded when somebody asks: starting does not wait for it. What can not be loaded is tried again by the next who asks.
  let api: AdminApi | undefined
  const load = async () => {
    const { createAdminApi } = await import('../admin/api/create-api.ts')
    api ??= createAdminApi(sources)
    return api
  }
  const close = () => {
    history.close()
    tail.close()
    api?.close()
  }
  try {
    const access = { bind: host, hosts, token }
    const { isReady, exposition } = parts
    const server = await createAdminServer({ host, port, isReady, exposition, access, api: load })
    return {
      host,
      port: server.port,
      applied: change => api?.applied(change),
      async close() {
        close()
        await server.close()
      },
    }
  } catch (error) {
    close()
    throw error
  }
}

function sourcesOf(
  options: AppOptions,
  parts: AdminParts,
  history: FiguresHistory,
  tail: RequestTail,
): AdminSources {
  const { defaultSslCertificate: fallback } = options.compile
  const { redact } = options.accessLog
  const { proxy, startedAt, served, from, listeners } = parts
  const { isReady, clientConnections, replayProblem, authorityPem } = parts
  return {
    version: readVersion(),
    flags: options.flags,
    paths: options.paths,
    defaultSecret: fallback && `${fallback.namespace}/${fallback.name}`,
    // What a log may show to its owner is not shown to everybody who looks at a page.
    redact: createRedaction(redact === 'off' ? [] : redact).url,
    proxy,
    startedAt,
    served,
    from,
    listeners,
    isReady,
    clientConnections,
    replayProblem,
    authorityPem,
    history,
    routeFigures: new RouteFiguresWindow(proxy.counters.series),
    tail,
  }
}
