// Whether TLS of a host is not ended here, and where its connections go then.
import type { HostRoutes, Route } from './table.ts'

/**
 * The rule for `/`, if its Ingress asks for passthrough: connections know no paths, and no other Ingress of the host may take
 * them away from it.
 */
export function passthroughRoute({
  routes,
  fallback,
}: Pick<HostRoutes, 'routes' | 'fallback'>): Route | undefined {
  const root = routes.find(({ path, kind }) => path === '/' && kind === 'prefix') ?? fallback
  return root?.policies.tlsPassthrough.enabled === true && root.backend !== undefined ? root : undefined
}
