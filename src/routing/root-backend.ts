// Where TLS connections of a host go whose TLS is not ended here.
import type { Backend, HostRoutes } from './table.ts'

/** The backend of the rule for `/`: connections know no paths. `undefined` when no rule takes every path. */
export function rootBackend({
  routes,
  fallback,
}: Pick<HostRoutes, 'routes' | 'fallback'>): Backend | undefined {
  return routes.find(({ path, kind }) => path === '/' && kind === 'prefix')?.backend ?? fallback?.backend
}
