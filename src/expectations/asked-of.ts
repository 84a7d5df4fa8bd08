// A case's request in the form that can be asked about.
import { type AskedRequest, readAskedRequest } from '../explain/asked-request.ts'
import type { CaseRequest } from './expectation.ts'

/** The request, or why there can be none. */
export function askedOf(
  request: CaseRequest,
): { readonly value: AskedRequest } | { readonly problem: string } {
  const { method, url, headers, cookies, sni, clientIp } = request
  return readAskedRequest({
    method,
    url,
    headers,
    cookies: cookies.map(([name, value]) => `${name}=${value}`),
    serverName: sni,
    clientAddress: clientIp,
  })
}
