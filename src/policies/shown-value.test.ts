import { expect, test } from 'vitest'
import { allPolicies } from './all.ts'
import type { AnyPolicy, AnySetting } from './define-policy.ts'
import { shownText, shownValue } from './shown-value.ts'

function parsed(policy: string, name: string, text: string): unknown {
  const { settings } = (allPolicies as readonly AnyPolicy[]).find(known => known.name === policy)!
  const read = (settings[name] as AnySetting).parse(text)
  return 'value' in read ? read.value : undefined
}

test.each([
  ['accessLists', 'allowed', '10.0.0.0/8, ::1', '10.0.0.0/8, ::1'],
  ['passwordAuth', 'secret', 'users', 'users'],
  ['backendTls', 'secret', 'shop/pair', 'shop/pair'],
  ['externalAuth', 'url', 'http://auth.shop.svc/verify', 'http://auth.shop.svc/verify'],
  ['externalAuth', 'setFields', 'shop/fields', 'shop/fields'],
  ['proxySetHeaders', 'from', 'shop/fields', 'shop/fields'],
  ['blockLists', 'userAgents', '~*bot,curl', '~*bot, curl'],
  ['cors', 'origins', 'https://a.test, https://*.b.test', 'https://a.test, https://*.b.test'],
  ['rewrite', 'target', '/$1', '/$1'],
  ['bodySize', 'maxBodyBytes', '0', 'unlimited'],
  ['matchConditions', 'headers', 'x-a=1, !x-b', 'x-a=1, !x-b'],
  ['externalAuth', 'cacheDurations', '200 202 5m, 403 500ms', '200 202 300s, 403 0.5s'],
  ['clientConnections', 'headLimits', '4 8k', '32768 bytes, 8192 of them for the target'],
])('%s.%s "%s" is shown as it is meant', (policy, name, text, shown) => {
  expect(shownText(parsed(policy, name, text))).toBe(shown)
})

test('there is something to say of every default', () => {
  const values = (allPolicies as readonly AnyPolicy[]).flatMap(({ settings }) =>
    Object.values<AnySetting>(settings).map(setting => shownText(setting.default)),
  )
  expect(values.filter(text => /not shown|Infinity|undefined/.test(text))).toEqual([])
})

test('what was found in Secrets and ConfigMaps is not shown', () => {
  const values = [
    { name: { namespace: 'shop', name: 'users' }, users: { hashes: new Map([['al', '{PLAIN}secret']]) } },
    { namespace: 'shop', name: 'pair', pair: { certPem: 'secret', keyPem: 'secret' }, caPem: 'secret' },
    { namespace: 'shop', name: 'fields', fields: [['Authorization', 'secret']] },
    { configMap: { namespace: 'shop', name: 'fields' }, fields: [['X-Key', { text: 'secret' }]] },
    { key: 'secret', caPem: 'secret' },
    new Map([['a', 'secret']]),
    () => 'secret',
  ]
  expect(JSON.stringify(values.map(shownValue))).not.toContain('secret')
})

test('credentials of URLs are not shown', () => {
  expect(shownText({ text: 'https://al:secret@auth.test/a?b=http://c:secret@d/' })).toBe(
    'https://***@auth.test/a?b=http://***@d/',
  )
})
