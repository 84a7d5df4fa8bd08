// Asks a running instance for an explanation, over its admin port.
import type { WrittenRequest } from '../../explain/asked-request.ts'
import type { Explanation } from '../../explain/explanation.ts'
import { type AdminAddress, askAdmin } from '../ask-admin.ts'

/** Rejects with `UsageError` where nobody answers, or nobody who can. */
export async function explainLive(
  written: WrittenRequest,
  address: AdminAddress,
  repeat: number | undefined,
): Promise<Explanation> {
  return (await askAdmin('explain', queryOf(written, repeat), address)) as Explanation
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
