// Finds `--map` flags that lead nowhere: most often a misspelt Service, or one of another namespace.
import type { Diagnostic } from '../diagnostics/diagnostic.ts'
import { objectKey } from '../resources/object-meta.ts'
import type { Upstream } from '../routing/table.ts'
import { sayAbout } from './findings.ts'
import type { EndpointMap } from './options.ts'

/** Reports every map whose Service no served rule names, and no URL in an annotation (`namedInUrls`: `namespace/name`). */
export function reportUnusedMaps(
  maps: readonly EndpointMap[],
  upstreams: ReadonlyMap<string, Upstream>,
  namedInUrls: ReadonlySet<string>,
  diagnostics: Diagnostic[],
): void {
  if (maps.length === 0) return
  const served = new Set(
    Array.from(upstreams.values(), ({ namespace, service }) => objectKey(namespace, service)),
  )
  const unused = new Set(
    maps
      .map(({ namespace, service }) => objectKey(namespace, service))
      .filter(key => !served.has(key) && !namedInUrls.has(key)),
  )
  for (const key of unused) {
    sayAbout(`Service ${key}`, diagnostics)(
      'warning',
      'map-unused',
      undefined,
      '--map names it, but no served rule does; the flag has no effect',
    )
  }
}
