// What backends and upstreams are called in ingress-nginx's words, and the mark that session cookies bear for an upstream.
import { markOf } from '../policies/balancing/session-cookie.ts'
import type { Backend, Upstream } from './table.ts'

const names = new WeakMap<Backend | Upstream, string>()

/**
 * ingress-nginx's name, `namespace-service-port`, without the policies that tell upstreams of one port apart; joined once for
 * each object of a table. The port is the one that the rule or the Service wrote.
 */
export function upstreamName(named: Backend | Upstream): string {
  let name = names.get(named)
  if (name === undefined) {
    name = `${named.namespace}-${named.service}-${named.port}`
    names.set(named, name)
  }
  return name
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
