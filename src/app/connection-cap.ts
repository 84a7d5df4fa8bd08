// How many client connections a process may take with the descriptors it has. Decides nothing else.

/** Listeners, manifests being read, watches, logs. */
const descriptorsForFiles = 64
const fewestConnections = 16

/** Three quarters of the descriptors for clients, one for backends: most connections of clients are idle most of the time. */
export function connectionCap(descriptorLimit: number | undefined): number {
  if (descriptorLimit === undefined) return Infinity
  return Math.max(Math.floor((descriptorLimit - descriptorsForFiles) * 0.75), fewestConnections)
}
