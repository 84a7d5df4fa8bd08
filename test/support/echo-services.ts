// Services whose only endpoint is an echo backend of the same name, and the question who served a request.
import type { EndpointMap } from '../../src/compile/options.ts'
import { startEchoBackend, type TestBackend } from './backend.ts'
import { fetchFrom, type TestRequest } from './fetch.ts'
import { documents, serviceText } from './manifest-text.ts'

export interface EchoServices {
  /** Manifests of the Services, each with the unnamed port 80. */
  readonly text: string
  readonly backends: Readonly<Record<string, TestBackend>>
}

/** Starts an echo backend for each name, and describes a Service for it. */
export async function startEchoServices<const N extends string>(
  ...names: readonly N[]
): Promise<EchoServices & { readonly backends: Readonly<Record<N, TestBackend>> }> {
  const started = await Promise.all(names.map(async name => [name, await startEchoBackend(name)] as const))
  const texts = started.map(([name, backend]) => serviceText(name, { endpoints: [backend.address] }))
  return {
    text: documents(...texts),
    backends: Object.fromEntries(started) as Record<N, TestBackend>,
  }
}

/** Starts an echo backend for each `namespace/service` and maps the Service to it, whatever ports it has. */
export async function mapToEchoBackends(...services: readonly string[]): Promise<EndpointMap[]> {
  return Promise.all(
    services.map(async text => {
      const [namespace, service] = text.split('/') as [string, string]
      const { port } = await startEchoBackend(service)
      return { namespace, service, port: undefined, address: '127.0.0.1', endpointPort: port }
    }),
  )
}

/** The echo backend that answered, or the status when none did. */
export async function whoServes(request: TestRequest): Promise<string | number> {
  const response = await fetchFrom(request)
  return response.status === 200 ? response.echo().backend : response.status
}

/** A row of a routing table as a test states it: host, path, who serves it. */
export type ServedRow = readonly [host: string, path: string, served: string | number]

/** Asks each row's request and gives the rows as they really are, to be compared with those stated. */
export function serveRows(port: number, rows: readonly ServedRow[]): Promise<ServedRow[]> {
  return Promise.all(
    rows.map(async ([host, path]): Promise<ServedRow> => [host, path, await whoServes({ port, host, path })]),
  )
}
