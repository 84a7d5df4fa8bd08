// What an upstream is called in ingress-nginx's words, and the mark that session cookies bear for it.
import { markOf } from '../policies/balancing/session-cookie.ts'
import type { Upstream } from './table.ts'

/** ingress-nginx's name, `namespace-service-port`: without the policies that tell upstreams of one port apart. */
export function upstreamName({ namespace, service, port }: Upstream): string {
  return `${namespace}-${service}-${port}`
}

const marks = new WeakMap<Upstream, string>()

/** The mark of an upstream in session cookies; made once for each upstream of a table. */
export function upstreamMark(upstream: Upstream): string {
  let mark = marks.get(upstream)
  if (mark === undefined) {
    mark = markOf(upstreamName(upstream))
    marks.set(upstream, mark)
  }
  return mark
}
