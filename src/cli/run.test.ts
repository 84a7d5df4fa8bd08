import { Command } from 'commander'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { addRunFlags } from './flags.ts'
import { appOptionsOf } from './run.ts'

function isDev(args: readonly string[], isTerminal: boolean, variable?: string): boolean {
  vi.stubEnv('PORTICO_DEV', variable)
  Object.defineProperty(process.stdout, 'isTTY', { value: isTerminal, configurable: true })
  const command = addRunFlags(new Command()).parse([...args], { from: 'user' })
  return appOptionsOf([], command.opts()).dev
}

describe('--dev', () => {
  const before = process.stdout.isTTY
  afterEach(() => {
    vi.unstubAllEnvs()
    Object.defineProperty(process.stdout, 'isTTY', { value: before, configurable: true, writable: true })
  })

  test.each([
    ['is on at a terminal', [], true, undefined, true],
    ['is on at a terminal by IPv6', ['--bind', '::1'], true, undefined, true],
    ['is off where strangers can ask', ['--bind', '0.0.0.0'], true, undefined, false],
    ['is off where the network can ask', ['--bind', '192.168.1.7'], true, undefined, false],
    ['is on for strangers when asked for', ['--bind', '0.0.0.0', '--dev'], true, undefined, true],
    ['is off elsewhere', [], false, undefined, false],
    ['is on when asked for', ['--dev'], false, undefined, true],
    ['is off when asked for', ['--no-dev'], true, undefined, false],
    ['is on by PORTICO_DEV=1', [], false, '1', true],
    ['is off by PORTICO_DEV=off', [], true, 'off', false],
    ['is what the flag says beside PORTICO_DEV', ['--no-dev'], false, '1', false],
  ] as const)('%s', (_, args, isTerminal, variable, expected) => {
    expect(isDev(args, isTerminal, variable)).toBe(expected)
  })
})
