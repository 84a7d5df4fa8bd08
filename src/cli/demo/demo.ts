// `portico demo`: the examples in `manifests/`, with small local processes in the place of their pods.
import { fileURLToPath } from 'node:url'
import type { EndpointMap } from '../../compile/options.ts'
import { objectKey } from '../../resources/object-meta.ts'
import type { Upstream } from '../../routing/table.ts'
import { compileOnce } from '../compile-once.ts'
import { displayPath } from '../display-path.ts'
import { compileOptionsOf, type RunFlags } from '../flags.ts'
import { createReporter } from '../reporting/create-reporter.ts'
import type { Reporter } from '../reporting/reporter.ts'
import { appOptionsOf } from '../run.ts'
import { serve } from '../serve.ts'
import { startDemoBackends } from './demo-backends.ts'
import { portOrAny } from './free-port.ts'

/** Names of ports that the user did not choose and that may therefore give way. */
export type DefaultPort = 'httpPort' | 'httpsPort' | 'admin'

const exampleDefaultBackend = { namespace: 'ingress-nginx', name: 'default-http-backend' }

/** Serves the examples until a signal; gives the exit code. A default port that is taken is replaced by a free one. */
export async function demo(flags: RunFlags, defaultPorts: ReadonlySet<DefaultPort>): Promise<number> {
  const paths = [displayPath(fileURLToPath(new URL('../../../manifests', import.meta.url)))]
  const reporter = createReporter(flags.logLevel, 'all')
  const ported = await avoidTakenPorts(flags, defaultPorts, reporter)
  const withDefault = {
    ...ported,
    defaultBackendService: ported.defaultBackendService ?? exampleDefaultBackend,
  }
  const compileOptions = compileOptionsOf(withDefault)
  const { table, snapshot } = await compileOnce(paths, compileOptions)
  const { namespace, name } = withDefault.defaultBackendService
  const chosen = snapshot.resources.services.has(objectKey(namespace, name)) ? withDefault : ported
  const backends = await startDemoBackends(
    withoutMapped(table.upstreams.values(), compileOptions.endpointMaps),
    message => reporter.notice(message),
  )
  try {
    return await serve(appOptionsOf(paths, { ...chosen, map: [...chosen.map, ...backends.maps] }), reporter)
  } finally {
    await backends.close()
  }
}

/** What the user sends elsewhere needs no stand-ins. */
function withoutMapped(upstreams: Iterable<Upstream>, maps: readonly EndpointMap[]): Upstream[] {
  const mapped = new Set(maps.map(({ namespace, service }) => objectKey(namespace, service)))
  return [...upstreams].filter(({ namespace, service }) => !mapped.has(objectKey(namespace, service)))
}

async function avoidTakenPorts(
  flags: RunFlags,
  defaultPorts: ReadonlySet<DefaultPort>,
  reporter: Reporter,
): Promise<RunFlags> {
  async function free(name: DefaultPort, port: number, host: string): Promise<number> {
    if (!defaultPorts.has(name)) return port
    const usable = await portOrAny(port, host)
    if (usable !== port) reporter.notice(`port ${port} is taken: using a free one instead`)
    return usable
  }
  return {
    ...flags,
    httpPort: await free('httpPort', flags.httpPort, flags.bind),
    httpsPort: await free('httpsPort', flags.httpsPort, flags.bind),
    admin:
      flags.admin === 'off'
        ? 'off'
        : { ...flags.admin, port: await free('admin', flags.admin.port, flags.admin.host) },
  }
}
