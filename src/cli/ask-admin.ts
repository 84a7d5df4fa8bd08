// Asks a running instance something, over its admin port.
import { request } from 'undici'
import { readAdminAddress } from './flag-values.ts'
import { UsageError } from './usage-error.ts'

/** Where an admin port listens; `true`: where it does unless it is told otherwise. */
export type AdminAddress = { readonly host: string; readonly port: number } | true

const patienceMs = 30_000

/** The answer to `/api/NAME?query`. Rejects with `UsageError` where nobody answers, or nobody who can. */
export async function askAdmin(
  name: string,
  query: URLSearchParams,
  address: AdminAddress,
): Promise<unknown> {
  const { host, port } = address === true ? usualAdmin() : address
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { status, text } = await get(`http://${authority}/api/${name}?${query}`, authority)
  if (status === 200) return JSON.parse(text)
  const [said = ''] = text.trim().split('\n', 1)
  const hint = status === 404 ? '; is this the --admin of `portico run`?' : ''
  throw new UsageError(`${authority} answers ${status}: ${said.slice(0, 500)}${hint}`)
}

/** As `run` finds it out: from the environment, else its default. */
function usualAdmin(): Exclude<AdminAddress, true> {
  const named = process.env.PORTICO_ADMIN
  const address = named === undefined || named === '' ? 'off' : readAdminAddress(named)
  return address === 'off' ? { host: '127.0.0.1', port: 10254 } : address
}

async function get(url: string, authority: string): Promise<{ status: number; text: string }> {
  try {
    const { statusCode, body } = await request(url, { headersTimeout: patienceMs, bodyTimeout: patienceMs })
    return { status: statusCode, text: await body.text() }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new UsageError(
      `no running portico answers at ${authority} (${code ?? message}); is \`portico run\` up, and is this its --admin?`,
    )
  }
}
