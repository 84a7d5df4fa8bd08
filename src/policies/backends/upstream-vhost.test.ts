import { expect, it } from 'vitest'
import { requestFacts } from '../../../test/support/request-facts.ts'
import type { RequestEdit } from '../field-edits.ts'
import { upstreamVhost } from './upstream-vhost.ts'

function hostFor(written: string, facts = requestFacts()): string {
  const parsed = upstreamVhost.settings.host.parse(written)
  if ('problem' in parsed) throw new Error(parsed.problem)
  const edit = { host: 'foo.com' } as RequestEdit
  upstreamVhost.requestFields!({ host: parsed.value }, facts, edit)
  return edit.host
}

it('replaces the Host, with variables put in', () => {
  expect(hostFor('api.internal:8080')).toBe('api.internal:8080')
  expect(hostFor('$service_name.$http_x_tenant', requestFacts({ headers: { 'x-tenant': 'a' } }))).toBe('.a')
})

it('lets a client put no blank or line break into it', () => {
  const facts = requestFacts({ headers: { 'x-tenant': 'a b' }, path: '/\r\nX: y' })
  expect(hostFor('$http_x_tenant$uri', facts)).toBe('a%20b/%0D%0AX:%20y')
})

it.each(['a b', 'ä.com', '$nothing'])('refuses %s', text => {
  expect(upstreamVhost.settings.host.parse(text)).toHaveProperty('problem')
})
