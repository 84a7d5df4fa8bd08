import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ConnectionFacts } from '../../http/client-stream.ts'
import { containsAddress, parseAddressSet } from '../values/address-set.ts'
import { type ForwardedHeaders, forwardedHeaders, resolveClient } from './forwarded-headers.ts'

const parsed = parseAddressSet('127.0.0.0/8, 10.0.0.0/8')
const trusted = 'value' in parsed ? parsed.value : undefined!
const settings: ForwardedHeaders = { ...forwardedHeaders.defaults, useForwardedHeaders: true, trusted }

const connection: ConnectionFacts = {
  clientAddress: '127.0.0.1',
  peerAddress: '127.0.0.1',
  secure: false,
  localPort: 80,
  isProxied: false,
  tls: undefined,
}

function resolve(fields: Record<string, string>, facts: Partial<ConnectionFacts> = {}) {
  const list = (name: string) => fields[name] ?? ''
  return resolveClient(settings, { connection: { ...connection, ...facts }, authority: 'foo.com', list })
}

/** The obvious way: all entries from the end, as long as each was written by somebody trusted. */
function naiveClient(list: string): string {
  let client = '127.0.0.1'
  for (const entry of list.split(',').reverse()) {
    const address = entry.trim()
    if (!containsAddress(trusted, client) || !/^\d+\.\d+\.\d+\.\d+$/.test(address)) return client
    client = address
  }
  return client
}

describe('the address of a client', () => {
  it('is the last that no trusted proxy has, whatever the list', () => {
    const entry = fc.constantFrom('10.0.0.1', '127.0.0.9', '203.0.113.1', '198.51.100.2', 'unknown', '')
    fc.assert(
      fc.property(fc.array(entry), entries => {
        const list = entries.join(', ')
        expect(resolve({ 'x-forwarded-for': list }).address).toBe(naiveClient(list))
      }),
    )
  })

  it('is never a text that is no address, and never makes the reader throw', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), text => {
        const { address, forwardedFor } = resolve({ 'x-forwarded-for': text, 'x-forwarded-host': text })
        expect(address).toMatch(/^[0-9a-f.:]+$/)
        expect(forwardedFor).toBe(address)
      }),
    )
  })

  it("is the PROXY header's where there is one", () => {
    const facts = { isProxied: true, clientAddress: '203.0.113.7' }
    expect(resolve({ 'x-forwarded-for': '9.9.9.9' }, facts).address).toBe('203.0.113.7')
  })
})

describe('scheme, host and port', () => {
  it('are what the first of several proxies says', () => {
    const fields = { 'x-forwarded-proto': 'https, http', 'x-forwarded-port': '443,80' }
    expect(resolve(fields)).toMatchObject({ scheme: 'https', port: 443 })
  })

  it("are a trusted proxy's, where they can be read", () => {
    const fields = {
      'x-forwarded-proto': 'HTTPS',
      'x-forwarded-host': 'A.com:81 , b',
      'x-forwarded-port': '444',
    }
    expect(resolve(fields)).toMatchObject({
      scheme: 'https',
      authority: 'A.com:81',
      publicHost: 'a.com',
      port: 444,
    })
    for (const host of ['', 'a b', 'user@a.com', 'a.com:x', 'a..com', '[::1'])
      expect(resolve({ 'x-forwarded-host': host })).toMatchObject({
        authority: 'foo.com',
        publicHost: undefined,
      })
    for (const port of ['0', '65536', '-1', '80x'])
      expect(resolve({ 'x-forwarded-port': port }).port).toBe(80)
  })

  it("are the connection's for everybody else", () => {
    const fields = {
      'x-forwarded-for': '9.9.9.9',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'evil.com',
    }
    const facts = { peerAddress: '192.0.2.1', clientAddress: '192.0.2.1' }
    expect(resolve(fields, facts)).toMatchObject({
      address: '192.0.2.1',
      scheme: 'http',
      authority: 'foo.com',
    })
  })
})
