// Asks a running instance for an explanation, over its admin port.
import { request } from 'undici'
import type { WrittenRequest } from '../../explain/asked-request.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { UsageError } from '../usage-error.ts'

/** Where an admin port listens unless it is told otherwise. */
const defaultAdmin = { host: '127.0.0.1', port: 10254 }
const patienceMs = 30_000

/** Rejects with `UsageError` where nobody answers, or nobody who can. */
export async function explainLive(
  written: WrittenRequest,
  address: { readonly host: string; readonly port: number } | true,
  repeat: number | undefined,
): Promise<Explanation> {
  const { host, port } = address === true ? defaultAdmin : address
  const authority = `${host.includes(':') ? `[${host}]` : host}:${port}`
  const { status, text } = await get(`http://${authority}/api/explain?${queryOf(written, repeat)}`, authority)
  if (status === 200) return JSON.parse(text) as Explanation
  throw new UsageError(`${authority} answers ${status}: ${text.trim().slice(0, 500)}`)
}

function queryOf(written: WrittenRequest, repeat: number | undefined): URLSearchParams {
  const { method = 'GET', url, headers = [], cookies = [], serverName, clientAddress } = written
  const query = new URLSearchParams({ method, url })
  for (const [name, value] of headers) query.append('header', `${name}: ${value}`)
  for (const cookie of cookies) query.append('cookie', cookie)
  if (serverName !== undefined) query.set('sni', serverName)
  if (clientAddress !== undefined) query.set('client-ip', clientAddress)
  if (repeat !== undefined) query.set('repeat', String(repeat))
  return query
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
