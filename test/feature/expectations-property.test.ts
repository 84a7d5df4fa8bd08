// `portico test` against the data plane: what it sees offline is what a running proxy does, for random manifests and requests.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { CaseRequest } from '../../src/expectations/expectation.ts'
import type { Observation } from '../../src/expectations/observation.ts'
import { observeLive } from '../../src/expectations/observe-live.ts'
import { observeOffline } from '../../src/expectations/observe-offline.ts'
import type { Observer } from '../../src/expectations/observer.ts'
import { startEchoBackend } from '../support/backend.ts'
import { startProxy } from '../support/proxy.ts'
import { anyManifests, anyRequest, type ModelManifests, manifestsText } from '../support/random-manifests.ts'

/** An auth service is asked by a proxy and by nobody else. */
const askingNobody = anyManifests.map(({ ingresses }): ModelManifests => {
  const isOther = ([key]: [string, string]) => !key.endsWith('/auth-url')
  return {
    ingresses: ingresses.map(ingress => ({
      ...ingress,
      annotations: Object.fromEntries(Object.entries(ingress.annotations).filter(isOther)),
    })),
  }
})

const requests: fc.Arbitrary<CaseRequest> = anyRequest.map(request => ({
  ...request,
  cookies: [],
  sni: undefined,
  clientIp: undefined,
}))

/** Without what differs by nature: the port of a redirect, and what a backend says. */
function comparable({ seen }: Observation, other: Observation): object {
  const { status, redirect = '', service, ingress, sent, variant } = seen
  return {
    status: other.seen.status === undefined ? undefined : status,
    redirect: redirect.replace(/^(https?:\/\/[^/:]*):\d+/, '$1'),
    ...{ service, ingress, sent, variant },
  }
}

async function observed(observer: Observer, request: CaseRequest): Promise<Observation> {
  const observation = await observer.observe(request)
  if ('problem' in observation) throw new Error(observation.problem)
  return observation
}

test('what is seen offline is what a running proxy does', async () => {
  const { port } = await startEchoBackend('any')
  const endpointMaps = ['a', 'b', 'c'].map(service => ({
    ...{ namespace: 'default', service, port: undefined, address: '127.0.0.1', endpointPort: port },
  }))
  await fc.assert(
    fc.asyncProperty(
      askingNobody,
      fc.array(requests, { minLength: 10, maxLength: 20 }),
      async (model, asked) => {
        // A file that shrinks would be doubted for a while, so each set of manifests has a proxy of its own.
        const proxy = await startProxy({
          files: { 'all.yaml': manifestsText(model) },
          compile: { endpointMaps },
          app: { dev: true },
        })
        const offline = observeOffline(proxy.changes[0]!.table)
        const live = observeLive({
          http: `http://127.0.0.1:${proxy.httpPort}`,
          https: `https://127.0.0.1:${proxy.httpsPort}`,
          ca: undefined,
          insecure: true,
        })
        for (const request of asked) {
          const shares = await offline.shares(request, 0)
          // A draw decides: either is right.
          if ('shares' in shares && shares.shares.size > 1) continue
          const [inside, outside] = [await observed(offline, request), await observed(live, request)]
          expect([request, comparable(outside, inside)]).toEqual([request, comparable(inside, inside)])
        }
        await offline.close()
        await live.close()
      },
    ),
    { numRuns: 12 },
  )
})
