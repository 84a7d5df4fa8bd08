import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { nginx } from '../../test/support/nginx-annotations.ts'
import { configMap, ingress, service, slice, tlsSecret } from '../../test/support/resources.ts'
import { readAskedRequest, type WrittenRequest } from './asked-request.ts'
import { decide } from './decide.ts'
import { explainPolicies } from './explain-policies.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import type { PolicyStep } from './policy-step.ts'
import { ProvenanceFinder } from './provenance.ts'
import { rehearse } from './rehearsal.ts'

const users = tlsSecret('users', 'x', 'y')
const rest = [
  service({ name: 'web' }),
  slice('web', ['127.0.0.1']),
  configMap({ name: 'fields', data: { 'X-Key': 'planted' } }),
  {
    ...users,
    data: new Map([['auth', { bytes: Buffer.from('al:{PLAIN}planted'), place: users.meta.place }]]),
  },
]

interface Explained {
  readonly outcome: Outcome
  readonly steps: readonly PolicyStep[]
}

async function explain(
  annotations: Record<string, string>,
  written: WrittenRequest = { url: 'http://a.example/x' },
  data: Record<string, string> = {},
): Promise<Explained> {
  const rules = { 'a.example': ['P / web:80'] }
  const main = ingress({ annotations, rules, tls: [{ hosts: ['b.example'] }] })
  const options = { configMap: { namespace: 'default', name: 'config' } }
  const { table, from } = compile([main, configMap({ data }), ...rest], options)
  const asked = readAskedRequest(written)
  if ('problem' in asked) throw new Error(asked.problem)
  const rehearsal = rehearse(table)
  try {
    const decision = await decide(asked.value, rehearsal)
    if (decision.kind !== 'answered' && decision.kind !== 'forwarded') throw new Error(decision.kind)
    const steps = await explainPolicies(decision, new ProvenanceFinder(from))
    return { outcome: outcomeOf(decision), steps }
  } finally {
    rehearsal.close()
  }
}

/** `accessLists guards passed: lets in 10.0.0.0/8 only`, those that say something about this request. */
function lines({ steps }: Explained): string[] {
  return steps
    .filter(({ verdict, settings }) => verdict === 'answered' || settings.length > 0)
    .map(({ policy, moment, verdict, does }) => `${policy} ${moment} ${verdict}: ${does}`)
}

describe('the policies that a request meets', () => {
  test('are listed in their order, with what each does', async () => {
    const explained = await explain(
      nginx({
        'allowlist-source-range': '127.0.0.0/8',
        'limit-rps': '5',
        'auth-url': 'http://auth.example/verify',
        'mirror-target': 'http://copy.example',
        'proxy-read-timeout': '10',
        'x-forwarded-prefix': '/p',
        'load-balance': 'ewma',
      }),
    )
    expect(lines(explained)).toEqual([
      'rateLimits admits passed: takes from each client 5 requests per second with a burst of 25',
      'accessLists guards passed: lets in 127.0.0.0/8 only',
      'externalAuth guards passed: asks http://auth.example/verify whether to let requests in; nobody is asked here, it is taken to agree',
      'mirror reads-along acts: sends a copy to http://copy.example',
      'rewrite in-force acts: x-forwarded-prefix /p',
      'timeouts in-force acts: proxy-read-timeout 10',
      'balance in-force acts: load-balance ewma',
    ])
  })

  test('are not reached behind the one that answers', async () => {
    const explained = await explain(
      nginx({
        'denylist-source-range': '127.0.0.1',
        'auth-type': 'basic',
        'auth-secret': 'users',
        'mirror-target': 'http://c.example',
      }),
    )
    expect(lines(explained)).toEqual([
      'accessLists guards answered: your address may not use this route',
      'passwordAuth guards not-reached: asks for user and password (basic) of Secret users',
      'mirror reads-along not-reached: sends a copy to http://c.example',
    ])
  })

  test('with satisfy: any the guard that lets the request in has the say', async () => {
    const guards = {
      'allowlist-source-range': '10.0.0.0/8',
      satisfy: 'any',
      'auth-type': 'basic',
      'auth-secret': 'users',
    }
    const asked = { url: 'http://al:planted@a.example/x' }
    const explained = await explain(nginx(guards), asked)
    expect(explained.outcome.kind).toBe('forwarded')
    expect(lines(explained).slice(0, 2)).toEqual([
      'accessLists guards refused: your address may not use this route',
      'passwordAuth guards passed: asks for user and password (basic) of Secret users',
    ])
  })

  test('name the place of each setting', async () => {
    const { steps } = await explain(nginx({ 'limit-rps': '5' }), undefined, { 'limit-burst-multiplier': '2' })
    const { settings } = steps.find(({ policy }) => policy === 'rateLimits')!
    expect(settings).toMatchObject([
      { setting: 'limit-rps', value: 5, from: 'annotation', written: { object: 'Ingress default/web' } },
    ])
  })

  test('say which fields they set, but no values of other objects', async () => {
    const explained = await explain({}, undefined, { 'proxy-set-headers': 'default/fields', hsts: 'true' })
    expect(lines(explained)).toContain('proxySetHeaders request-fields acts: sets X-Key')
    expect(JSON.stringify(explained.steps)).not.toContain('planted')
  })
})

const choices: Readonly<Record<string, readonly string[]>> = {
  'app-root': ['/start'],
  'enable-cors': ['true'],
  'temporal-redirect': ['http://elsewhere.example/'],
  'force-ssl-redirect': ['true'],
  'limit-rps': ['1', 'many'],
  'allowlist-source-range': ['127.0.0.0/8', '10.0.0.0/8', 'x'],
  'denylist-source-range': ['127.0.0.1', '10.0.0.1'],
  'auth-type': ['basic'],
  'auth-secret': ['users'],
  'auth-url': ['http://auth.example/'],
  'auth-tls-secret': ['missing'],
  satisfy: ['any', 'all'],
  'proxy-body-size': ['1'],
  'default-backend': ['web'],
}

const someAnnotations = fc.record(
  Object.fromEntries(
    Object.entries(choices).map(([name, values]) => [
      `nginx.ingress.kubernetes.io/${name}`,
      fc.constantFrom(...values),
    ]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>

const someFaults = fc.record(
  {
    'portico/fault-abort': fc.constant('500'),
    'portico/fault-abort-percent': fc.constantFrom('0', '50', '100'),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<Record<string, string>>

const someRequest: fc.Arbitrary<WrittenRequest> = fc.record({
  method: fc.constantFrom('GET', 'OPTIONS', 'TRACE', 'POST'),
  url: fc.constantFrom(
    'http://a.example/',
    'http://al:planted@a.example/x',
    'https://a.example/y',
    'http://nobody.example/',
    'http://a.example/../..',
  ),
  headers: fc.constantFrom([], [['Content-Length', '5'] as const], [['Origin', 'http://o.example'] as const]),
})

test('whatever is written, the steps end in what becomes of the request', async () => {
  await fc.assert(
    fc.asyncProperty(someAnnotations, someFaults, someRequest, async (annotations, faults, request) => {
      const { outcome, steps } = await explain({ ...annotations, ...faults }, request)
      const answered = steps.filter(({ verdict }) => verdict === 'answered')
      expect(answered.length).toBeLessThanOrEqual(1)
      const isFailure = outcome.kind === 'answered' && failures.has(outcome.cause!)
      if (outcome.kind === 'forwarded' || isFailure) expect(answered).toEqual([])
      else expect(answered).toMatchObject([{ status: outcome.status, ...locationOf(outcome) }])
      // Nothing is asked once the request is answered.
      const later = steps.slice(steps.indexOf(answered[0]!) + 1)
      if (answered.length > 0) for (const step of later) expect(lateVerdicts).toContain(step.verdict)
    }),
    { numRuns: 100 },
  )
})

const lateVerdicts = ['not-reached', 'acts', 'passed', 'refused']

/** Not said by a policy. */
const failures: ReadonlySet<string> = new Set(['denied', 'no-route', 'method-not-allowed', 'bad-path'])

function locationOf({ location }: Outcome): Pick<Outcome, 'location'> {
  return location === undefined ? {} : { location }
}
