import { InvalidArgumentError } from 'commander'
import { describe, expect, it } from 'vitest'
import {
  collect,
  readAdminAddress,
  readDomain,
  readDurationMs,
  readEndpointMap,
  readPort,
} from './flag-values.ts'

describe('a duration', () => {
  it.each([
    ['500ms', 500],
    ['10s', 10_000],
    ['1.5m', 90_000],
    ['1h', 3_600_000],
    ['0', 0],
  ])('reads %s', (text, ms) => {
    expect(readDurationMs(text)).toBe(ms)
  })

  it.each(['10', '-1s', '1d', 's', ''])('refuses %j', text => {
    expect(() => readDurationMs(text)).toThrow(InvalidArgumentError)
  })
})

describe('a port', () => {
  it.each(['-1', '65536', '80a', '0x50', '', ' 80'])('refuses %j', text => {
    expect(() => readPort(text)).toThrow(InvalidArgumentError)
  })
})

describe('the admin address', () => {
  it('may be switched off, or be an IPv6 address in brackets', () => {
    expect(readAdminAddress('off')).toBe('off')
    expect(readAdminAddress('[::1]:0')).toEqual({ host: '::1', port: 0 })
  })

  it.each(['10254', '::1:10254', '[127.0.0.1]:1', '127.0.0.1:', ':10254'])('refuses %j', text => {
    expect(() => readAdminAddress(text)).toThrow(InvalidArgumentError)
  })
})

describe('a domain to trust', () => {
  it.each([
    ['Shop.Example.com.', 'shop.example.com'],
    ['localhost', 'localhost'],
  ])('reads %s', (text, domain) => {
    expect(readDomain(text)).toBe(domain)
  })

  // Whoever may speak for a top-level domain may speak for everybody's sites below it.
  it.each(['dev', 'com', 'com.', '*.example.com', 'a b', '127.0.0.1', ''])('refuses %j', text => {
    expect(() => readDomain(text)).toThrow(InvalidArgumentError)
  })
})

describe('an endpoint map', () => {
  it.each([
    ['cart=127.0.0.1:3000', undefined, 'cart', undefined, '127.0.0.1', 3000],
    ['shop/cart:80=localhost:3000', 'shop', 'cart', '80', 'localhost', 3000],
    ['shop/cart:http=[::1]:3000', 'shop', 'cart', 'http', '::1', 3000],
  ])('reads %s', (text, namespace, service, port, address, endpointPort) => {
    expect(readEndpointMap(text)).toEqual({ namespace, service, port, address, endpointPort })
  })

  it.each(['cart', 'cart=3000', '=127.0.0.1:1', 'a/b/c=127.0.0.1:1', 'cart=127.0.0.1:0', 'Cart=127.0.0.1:1'])(
    'refuses %j',
    text => {
      expect(() => readEndpointMap(text)).toThrow(InvalidArgumentError)
    },
  )
})

describe('a repeatable flag', () => {
  it('adds up, and may hold several values separated by commas', () => {
    const read = collect(readPort)
    expect(read('3', read('1, 2'))).toEqual([1, 2, 3])
  })
})
