// What a running proxy does with real requests, as far as it can be seen from outside. Nothing is followed or repeated.
import { Client } from 'undici'
import type { AskedRequest } from '../explain/asked-request.ts'
import { askedOf } from './asked-of.ts'
import type { CaseRequest } from './expectation.ts'
import { isServing, type Observation, type ObservedShares } from './observation.ts'
import type { Observer } from './observer.ts'

/** Where the requests go. */
export interface LiveAddresses {
  /** Origin for requests over HTTP, `http://127.0.0.1:8080`; `undefined`: such requests can not be sent. */
  readonly http: string | undefined
  /** The same over HTTPS. */
  readonly https: string | undefined
  /** PEM of the authorities to believe; `undefined`: those that Node knows. */
  readonly ca: string | undefined
  /** Take any certificate. */
  readonly insecure: boolean
}

/** What came back. */
interface Answer {
  readonly status: number
  /** By lower-case name; of a field sent twice, both values. */
  readonly fields: ReadonlyMap<string, string>
}

/** An answer that takes longer is none. */
const timeoutMs = 10_000
/** So much of an answer's body is read before the connection is given up. */
const maxBodyBytes = 16 * 1024 * 1024

/**
 * Observes a running proxy. Where it runs with `--dev` it says of each request which rule and Service took it; else only
 * status and redirect are seen.
 */
export function observeLive(addresses: LiveAddresses): Observer {
  const clients = new Map<string, Client>()

  const clientFor = (asked: AskedRequest): Client | undefined => {
    const origin = asked.secure ? addresses.https : addresses.http
    if (origin === undefined) return undefined
    const key = `${origin} ${asked.serverName}`
    const client = clients.get(key) ?? createClient(origin, asked, addresses)
    clients.set(key, client)
    return client
  }

  const send = async (request: CaseRequest): Promise<Answer | { readonly problem: string }> => {
    if (request.clientIp !== undefined)
      return { problem: 'it comes from another address, which can only be tried offline' }
    const asked = askedOf(request)
    if ('problem' in asked) return asked
    const client = clientFor(asked.value)
    const scheme = asked.value.secure ? 'https' : 'http'
    if (client === undefined) return { problem: `no ${scheme} address was given (--live ${scheme}://…)` }
    try {
      return await exchange(client, asked.value)
    } catch (error) {
      return { problem: `no answer: ${error instanceof Error ? error.message : String(error)}` }
    }
  }

  return {
    async observe(request) {
      const answer = await send(request)
      return 'problem' in answer ? answer : observationOf(answer)
    },
    async shares(request, count) {
      return countShares(count, () => send(request))
    },
    async close() {
      await Promise.all([...clients.values()].map(client => client.destroy()))
    },
  }
}

function createClient(origin: string, { serverName }: AskedRequest, { ca, insecure }: LiveAddresses): Client {
  return new Client(origin, {
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
    allowH2: false,
    connect: {
      timeout: timeoutMs,
      rejectUnauthorized: !insecure,
      ...(serverName !== undefined && { servername: serverName }),
      ...(ca !== undefined && { ca }),
    },
  })
}

async function exchange(client: Client, asked: AskedRequest): Promise<Answer> {
  const { method, target, authority, fields } = asked
  const { statusCode, headers, body } = await client.request({
    method: method as 'GET',
    path: target,
    headers: ['Host', authority, 'X-Portico-Explain', '1', ...fields.flat()],
  })
  await body.dump({ limit: maxBodyBytes })
  const listed = Object.entries(headers).map(
    ([name, value]) => [name, [value ?? ''].flat().join(', ')] as const,
  )
  return { status: statusCode, fields: new Map(listed) }
}

function observationOf({ status, fields }: Answer): Observation {
  const field = (name: string) => fields.get(`x-portico-${name}`) ?? ''
  const location = fields.get('location') ?? ''
  // Every explained response has this field; without it nobody explains.
  const isExplained = fields.has('x-portico-route')
  const service = isServing(status, field('answered')) ? field('service') : ''
  const explained = isExplained && {
    service,
    ingress: field('ingress'),
    sent: field('target'),
    variant: service === '' ? '' : field('variant') || 'stable',
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
  send: () => Promise<Answer | { readonly problem: string }>,
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
