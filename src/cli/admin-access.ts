// Who is let in at the admin port: the names and the token that flags and environment give.
import { readFileSync } from 'node:fs'
import { Option } from 'commander'
import type { AdminAddress } from '../app/options.ts'
import { isLoopbackHost } from '../policies/values/loopback-host.ts'
import { collect, readHostName } from './flag-values.ts'
import { UsageError } from './usage-error.ts'

/** Shorter ones can be guessed. */
const minLength = 16
const howToMake = 'make one with: openssl rand -hex 32'

/** Values of the flags about the admin port. */
export interface AdminFlags {
  readonly admin: { readonly host: string; readonly port: number } | 'off'
  readonly adminHost: readonly string[]
  readonly adminTokenFile: string | undefined
}

/** The flags beside `--admin`. */
export function adminAccessFlags(): Option[] {
  return [
    new Option('--admin-host <name>', 'a name the admin port is known under besides localhost; repeatable')
      .argParser(collect(readHostName))
      .default([], ''),
    new Option(
      '--admin-token-file <path>',
      'what clients of its API have to show (or PORTICO_ADMIN_TOKEN); needed beyond loopback',
    ),
  ]
}

/**
 * What the flags come to; `undefined` for `--admin off`. Throws `UsageError` for a port that others can reach and that asks for no token,
 * and for a token that is none.
 */
export function adminAddressOf({ admin, adminHost, adminTokenFile }: AdminFlags): AdminAddress | undefined {
  if (admin === 'off') return undefined
  const token = readToken(adminTokenFile)
  if (token === undefined && !isLoopbackHost(admin.host))
    throw new UsageError(
      `--admin ${admin.host}:${admin.port} can be reached by other machines, and whoever reaches it could take endpoints out; give a token with --admin-token-file FILE or PORTICO_ADMIN_TOKEN (${howToMake}), or bind it to 127.0.0.1`,
    )
  return { ...admin, hosts: adminHost.map(name => name.toLowerCase()), token }
}

/** The token that the environment or a file gives, for who shows it and for who asks for it. The file wins. */
export function readToken(file: string | undefined): string | undefined {
  const inEnvironment = process.env.PORTICO_ADMIN_TOKEN ?? ''
  if (file === undefined && inEnvironment === '') return undefined
  const source = file === undefined ? 'PORTICO_ADMIN_TOKEN' : `--admin-token-file ${file}`
  const token = (file === undefined ? inEnvironment : readText(file)).trim()
  if (token.length < minLength)
    throw new UsageError(`the token of ${source} is shorter than ${minLength} characters; ${howToMake}`)
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new UsageError(
      `the token of ${source} has blanks or other characters that no HTTP field may have; ${howToMake}`,
    )
  return token
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(
      `--admin-token-file ${file} can not be read: ${(error as NodeJS.ErrnoException).code}`,
    )
  }
}
