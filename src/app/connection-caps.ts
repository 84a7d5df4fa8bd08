// How many connections a process may have with the descriptors there are. Decides nothing else.

/** Listeners, manifests being read, watches, logs, the admin port. */
const otherDescriptors = 64
const fewestConnections = 16

/** The most connections on each side. */
export interface ConnectionCaps {
  readonly clients: number
  readonly endpoints: number
}

/** Three quarters for clients, one for backends: most connections of clients are idle most of the time. */
export function connectionCaps(descriptorLimit: number | undefined): ConnectionCaps {
  if (descriptorLimit === undefined) return { clients: Infinity, endpoints: Infinity }
  const all = Math.max(descriptorLimit - otherDescriptors, 2 * fewestConnections)
  const endpoints = Math.max(Math.floor(all / 4), fewestConnections)
  return { clients: all - endpoints, endpoints }
}
