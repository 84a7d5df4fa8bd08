import { expect, it } from 'vitest'
import { accessLog, isLogged } from './access-log.ts'

const { defaults } = accessLog

function skipping(urls: string) {
  const parsed = accessLog.settings.skippedUrls.parse(urls)
  if ('problem' in parsed) throw new Error(parsed.problem)
  return { ...defaults, skippedUrls: parsed.value }
}

it('holds every request unless something else is said', () => {
  expect(isLogged(defaults, '/', true)).toBe(true)
  expect(isLogged(defaults, '/', false)).toBe(true)
  expect(isLogged({ ...defaults, enabled: false }, '/', true)).toBe(false)
  expect(isLogged({ ...defaults, disabled: true }, '/', true)).toBe(false)
  expect(isLogged({ ...defaults, httpDisabled: true }, '/', true)).toBe(false)
  expect(isLogged({ ...defaults, ofUnclaimed: false }, '/', false)).toBe(false)
})

it('leaves out the URLs that are listed, plain or as regexes', () => {
  const settings = skipping('/Healthz?x=1, ~^/static/, ~*\\.PNG$')
  for (const target of ['/healthz?X=1', '/static/a', '/a.png'])
    expect(isLogged(settings, target, true)).toBe(false)
  for (const target of ['/healthz', '/Static/a', '/']) expect(isLogged(settings, target, true)).toBe(true)
  expect(accessLog.settings.skippedUrls.parse('~(')).toEqual({ problem: expect.any(String) })
})
