// The table before there is one.
import { defaultHandling } from '../policies/handling.ts'
import type { RoutingTable } from './table.ts'

/** Nothing is served: every request gets 404. */
export const emptyTable: RoutingTable = {
  hosts: [],
  aliases: [],
  defaultUpstream: undefined,
  unclaimed: defaultHandling,
  upstreams: new Map(),
  certificates: { exact: new Map(), wildcard: new Map(), default: undefined },
}
