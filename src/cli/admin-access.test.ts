import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, onTestFinished, test, vi } from 'vitest'
import { adminAddressOf } from './admin-access.ts'
import { UsageError } from './usage-error.ts'

afterEach(() => vi.unstubAllEnvs())

const flags = { admin: { host: '127.0.0.1', port: 1 }, adminHost: [], adminTokenFile: undefined }
const outside = { ...flags, admin: { host: '0.0.0.0', port: 1 } }

function tokenFile(text: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'portico-token-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  const file = join(directory, 'token')
  writeFileSync(file, text)
  return file
}

test('on loopback nobody has to show a token, unless one is given', () => {
  vi.stubEnv('PORTICO_ADMIN_TOKEN', '')
  expect(adminAddressOf(flags)).toEqual({ host: '127.0.0.1', port: 1, hosts: [], token: undefined })
  expect(adminAddressOf({ ...flags, adminHost: ['Portico.Test'] })?.hosts).toEqual(['portico.test'])
  expect(adminAddressOf({ ...flags, admin: 'off' })).toBeUndefined()
  vi.stubEnv('PORTICO_ADMIN_TOKEN', 'a-long-enough-token')
  expect(adminAddressOf(flags)?.token).toBe('a-long-enough-token')
})

test('a port that others can reach is not opened without a token', () => {
  vi.stubEnv('PORTICO_ADMIN_TOKEN', '')
  expect(() => adminAddressOf(outside)).toThrow(UsageError)
  const adminTokenFile = tokenFile('from-a-file-of-mine\n')
  expect(adminAddressOf({ ...outside, adminTokenFile })?.token).toBe('from-a-file-of-mine')
})

test('a token that can be guessed, or not be sent, is refused', () => {
  for (const bad of ['short', 'with blanks in the middle of it', '']) {
    const problem = () => adminAddressOf({ ...flags, adminTokenFile: tokenFile(bad) })
    expect(problem).toThrow(UsageError)
  }
})
