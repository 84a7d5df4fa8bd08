import { Command } from 'commander'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { addRunFlags } from './flags.ts'

function readFlags(args: readonly string[], isTerminal: boolean, variable?: string): Record<string, unknown> {
  vi.stubEnv('PORTICO_DEV', variable)
  Object.defineProperty(process.stdout, 'isTTY', { value: isTerminal, configurable: true })
  return addRunFlags(new Command())
    .parse([...args], { from: 'user' })
    .opts()
}

describe('--dev', () => {
  const before = process.stdout.isTTY
  afterEach(() => {
    vi.unstubAllEnvs()
    Object.defineProperty(process.stdout, 'isTTY', { value: before, configurable: true })
  })

  test.each([
    ['is on at a terminal', [], true, undefined, true],
    ['is off elsewhere', [], false, undefined, false],
    ['is on when asked for', ['--dev'], false, undefined, true],
    ['is off when asked for', ['--no-dev'], true, undefined, false],
    ['is on by PORTICO_DEV=1', [], false, '1', true],
    ['is off by PORTICO_DEV=off', [], true, 'off', false],
    ['is what the flag says beside PORTICO_DEV', ['--no-dev'], false, '1', false],
  ] as const)('%s', (_, args, isTerminal, variable, expected) => {
    expect(readFlags(args, isTerminal, variable).dev).toBe(expected)
  })
})
