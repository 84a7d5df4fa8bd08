import { describe, expect, test } from 'vitest'
import { compileManifest } from '../../test/support/compile-manifest.ts'
import { readAskedRequest, type WrittenRequest } from './asked-request.ts'
import { type Decision, decide } from './decide.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { type RehearsalOptions, rehearse } from './rehearsal.ts'

const services = ['web', 'next', 'errors'].map(
  (name, index) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}, annotations: { portico/endpoints: "127.0.0.1:${3000 + index}" } }
spec: { ports: [{ port: 80 }] }
---`,
)

const manifest = `${services.join('')}
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: web
  annotations: { nginx.ingress.kubernetes.io/rewrite-target: /$1, portico/variant: stable, ANNOTATION }
spec:
  tls: [{ hosts: [tls.test] }]
  rules:
  - host: a.test
    http: { paths: [{ path: /old/(.*), pathType: ImplementationSpecific, backend: { service: { name: web, port: { number: 80 } } } }] }
  - host: tls.test
    http: { paths: [{ path: /(.*), pathType: ImplementationSpecific, backend: { service: { name: web, port: { number: 80 } } } }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: canary
  annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "30", portico/variant: next }
spec:
  rules:
  - host: a.test
    http: { paths: [{ path: /old/(.*), pathType: ImplementationSpecific, backend: { service: { name: next, port: { number: 80 } } } }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: same-service
  annotations: { nginx.ingress.kubernetes.io/canary: "true", nginx.ingress.kubernetes.io/canary-weight: "20", portico/variant: again }
spec:
  rules:
  - host: a.test
    http: { paths: [{ path: /old/(.*), pathType: ImplementationSpecific, backend: { service: { name: next, port: { number: 80 } } } }] }
`

async function look(
  written: WrittenRequest | string,
  annotation = 'a: b',
  options: RehearsalOptions = {},
): Promise<{ decision: Decision; outcome: Outcome }> {
  const read = readAskedRequest(typeof written === 'string' ? { url: written } : written)
  if ('problem' in read) throw new Error(read.problem)
  const rehearsal = rehearse(compileManifest(manifest.replace('ANNOTATION', annotation)).table, options)
  try {
    const decision = await decide(read.value, rehearsal)
    return { decision, outcome: outcomeOf(decision) }
  } finally {
    rehearsal.close()
  }
}

describe('a request that is forwarded', () => {
  test('names rule, backend, endpoint and what is sent', async () => {
    const { decision, outcome } = await look('http://a.test/old/x?y=1', 'a: b', { random: () => 0.9 })
    expect(outcome).toEqual({
      kind: 'forwarded',
      host: 'a.test',
      ingress: 'default/web',
      path: '/old/(.*)',
      pathType: 'regex',
      service: 'default/web:80',
      isCanary: false,
      variant: 'stable',
      endpoint: '127.0.0.1:3000',
      target: '/x?y=1',
    })
    expect(decision.kind === 'forwarded' && decision.outgoing.lines).toContain('X-Forwarded-Host: a.test\r\n')
  })

  test('goes to a canary by the draw', async () => {
    const { outcome } = await look('http://a.test/old/x', 'a: b', { random: () => 0.1 })
    expect(outcome).toMatchObject({ service: 'default/next:80', isCanary: true, variant: 'next' })
  })

  test('to the canary that was chosen, of two with one Service', async () => {
    const { outcome } = await look('http://a.test/old/x', 'a: b', { random: () => 0.4 })
    expect(outcome).toMatchObject({ service: 'default/next:80', isCanary: true, variant: 'again' })
  })
})

describe('a request that Portico answers', () => {
  test('by a redirect, with where it leads', async () => {
    const { outcome } = await look('http://tls.test/x', 'a: b', { httpsPort: 8443 })
    expect(outcome).toMatchObject({ kind: 'answered', status: 308, location: 'https://tls.test:8443/x' })
  })

  test('because no rule claims it', async () => {
    const { outcome } = await look('http://b.test/')
    expect(outcome).toEqual({ kind: 'answered', status: 404, cause: 'no-route' })
  })

  test('because it is no request', async () => {
    const { outcome } = await look({ url: 'http://a.test/', headers: [['Content-Length', 'x']] })
    expect(outcome).toMatchObject({ kind: 'refused', status: 400 })
  })

  test('because a limit is not met, every time anew', async () => {
    const denied = 'nginx.ingress.kubernetes.io/denylist-source-range: 10.0.0.0/8'
    const { outcome } = await look({ url: 'http://a.test/old/x', clientAddress: '10.1.2.3' }, denied)
    expect(outcome).toMatchObject({ kind: 'answered', status: 403 })
  })
})

test('an auth service is not asked, but taken to let the request in', async () => {
  const { outcome } = await look(
    'http://a.test/old/x',
    'nginx.ingress.kubernetes.io/auth-url: "http://nobody.invalid/"',
  )
  expect(outcome.kind).toBe('forwarded')
})

test('a delay that is asked for is not waited for', async () => {
  const { outcome } = await look('http://a.test/old/x', 'portico/fault-delay: 600s')
  expect(outcome.kind).toBe('forwarded')
})
