// What annotations of a Service come to, and how those of an Ingress stand to them.
import { expect, test } from 'vitest'
import { compile } from '../../test/support/compile.ts'
import { ingress, service, slice } from '../../test/support/resources.ts'

const rules = { 'a.com': ['P / web:80'] }

function compileWith(onService: Record<string, string>, onIngress: Record<string, string> = {}) {
  const compiled = compile([
    ingress({ rules, annotations: onIngress }),
    ingress({ name: 'plain', rules: { 'b.com': ['P / web:80'] } }),
    service({ name: 'web', annotations: onService }),
    slice('web', ['127.0.0.1']),
  ])
  const upstream = (host: string) => compiled.route(host, '/')!.backend!.upstream!
  return { ...compiled, annotated: upstream('a.com'), plain: upstream('b.com') }
}

test('hold for every Ingress that names the Service', () => {
  const { annotated, plain, codes } = compileWith({ 'portico/hold': '5s', 'portico/slow-start': '1m' })
  expect(codes).toEqual([])
  expect(annotated).toBe(plain)
  expect(plain.policies.hold).toEqual({ durationMs: 5_000, maxRequests: 100 })
  expect(plain.policies.slowStart.durationMs).toBe(60_000)
})

test('of one kind give way to those of an Ingress, for that Ingress alone', () => {
  const { annotated, plain, codes } = compileWith(
    { 'portico/hold': '5s', 'portico/hold-max-requests': '7', 'portico/slow-start': '1m' },
    { 'portico/hold': '9s' },
  )
  expect(codes).toEqual([])
  expect(plain.policies.hold).toEqual({ durationMs: 5_000, maxRequests: 7 })
  expect(annotated.policies.hold).toEqual({ durationMs: 9_000, maxRequests: 100 })
  expect(annotated.policies.slowStart.durationMs).toBe(60_000)
  expect(annotated.key).not.toBe(plain.key)
})

test('that can not be read are reported, and the default is used', () => {
  const { plain, diagnostics } = compileWith({
    'portico/hold': '5 minutes',
    'portico/health-check-path': 'x',
  })
  expect(plain.policies.hold.durationMs).toBeUndefined()
  expect(diagnostics.map(({ object, code }) => [object, code])).toEqual([
    ['Service default/web', 'annotation-value'],
    ['Service default/web', 'annotation-value'],
  ])
  expect(diagnostics[0]!.message).toContain('"5 minutes" is not a duration')
})

test('name no range of statuses without a status in it', () => {
  const { plain, diagnostics } = compileWith({
    'portico/health-check-path': '/',
    'portico/health-check-status': '399-200',
  })
  expect(plain.policies.healthCheck.statuses).toEqual(['200-399'])
  expect(diagnostics[0]!.message).toContain('"399-200" is no status or range')
})

test('that are none are reported with the nearest name', () => {
  const { diagnostics } = compileWith({ 'portico/hodl': '5s', 'portico/endpoint': '3000' })
  expect(diagnostics.map(({ code }) => code)).toEqual(['annotation-unknown', 'annotation-unknown'])
  expect(diagnostics.map(({ message }) => message).join()).toMatch(/portico\/hold\?.*portico\/endpoints\?/)
})
