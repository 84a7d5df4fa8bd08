// What a running proxy does with real requests, as far as it can be seen from outside.
import { type LiveAddresses, type LiveAnswer, LiveClient } from './live-client.ts'
import { isServing, type Observation, type ObservedShares } from './observation.ts'
import type { Observer } from './observer.ts'

/**
 * Observes a running proxy. Where it runs with `--dev` it says of each request which rule and Service took it; else only
 * status and redirect are seen.
 */
export function observeLive(addresses: LiveAddresses): Observer {
  const client = new LiveClient(addresses)
  return {
    async observe(request) {
      const answer = await client.send(request)
      return 'problem' in answer ? answer : observationOf(answer)
    },
    shares: (request, count) => countShares(count, () => client.send(request)),
    close: () => client.close(),
  }
}

function observationOf({ status, fields }: LiveAnswer): Observation {
  const field = (name: string) => fields.get(`x-portico-${name}`) ?? ''
  const location = fields.get('location') ?? ''
  // Every explained response has this field; without it nobody explains.
  const isExplained = fields.has('x-portico-route')
  const service = isServing(status, field('answered')) ? field('service') : ''
  const explained = isExplained && {
    service,
    ingress: field('ingress'),
    sent: field('target'),
    variant: service !== '' && field('answered') === '' ? field('variant') || 'stable' : '',
    endpoint: field('endpoint'),
  }
  const by = field('ingress') === '' ? '' : `, by Ingress ${field('ingress')}`
  return {
    seen: { status: String(status), redirect: location, ...explained },
    sentFields: undefined,
    summary: `${status}${location === '' ? '' : ` to ${location}`}${service === '' ? '' : ` from ${service}`}${by}`,
    decidedAt: field('rule') || undefined,
  }
}

/** One after the other: draws do not depend on each other, and one connection is enough. */
async function countShares(
  count: number,
  send: () => Promise<LiveAnswer | { readonly problem: string }>,
): Promise<ObservedShares> {
  const counts = new Map<string, number>()
  for (let sent = 0; sent < count; sent++) {
    const answer = await send()
    if ('problem' in answer) return { unseen: answer.problem }
    const { variant } = observationOf(answer).seen
    if (variant === undefined)
      return { unseen: 'the proxy does not say which variant answered (run it with --dev)' }
    const name = variant || String(answer.status)
    counts.set(name, (counts.get(name) ?? 0) + 1)
  }
  return { shares: new Map([...counts].map(([name, n]) => [name, n / count])), requests: count }
}
