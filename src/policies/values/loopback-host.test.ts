import { expect, test } from 'vitest'
import { isLoopbackHost } from './loopback-host.ts'

test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'web.localhost'])('%s is of this machine', host => {
  expect(isLoopbackHost(host)).toBe(true)
})

test.each(['0.0.0.0', '::', '10.0.0.1', '127.example.com', 'localhost.example.com', ''])(
  '%j may be of another',
  host => {
    expect(isLoopbackHost(host)).toBe(false)
  },
)
