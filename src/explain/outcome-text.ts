// An outcome in a few words, for lists of them.
import type { Outcome } from './outcome.ts'

/** An outcome in words: `default/cart:80, by Ingress shop/web`, `308 to https://…`, `404 (no-route)`. */
export function outcomeText(outcome: Outcome): string {
  const { kind, status, cause, location, ingress, service, target, variant } = outcome
  const by = ingress === undefined ? '' : `, by Ingress ${ingress}`
  switch (kind) {
    case 'forwarded':
      return `${service}${variant === undefined ? '' : ` (${variant})`} as ${target}${by}`
    case 'passthrough':
      return `${service}, the connection is passed on unread`
    case 'handshake-refused':
      return 'the handshake is refused'
    default: {
      const page = service === undefined ? '' : `, with a page of ${service}`
      if (location !== undefined) return `${status} to ${location}${by}`
      return `${status}${cause ? ` (${cause})` : ''}${page}${by}`
    }
  }
}
