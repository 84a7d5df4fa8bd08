// Requests from an access log in the formats of nginx and Apache (combined), and ingress-nginx's, which begins like them.
import type { CaseRequest } from '../expectations/expectation.ts'

/** `"GET /path HTTP/1.1"` in a line, escapes of quotes included. */
const requestLine = /"([A-Z][A-Z-]*) ((?:[^"\\\s]|\\.)+) HTTP\/\d(?:\.\d)?"/
const maxRequests = 100_000

/**
 * Each request once, in the order of the log. Such logs do not name hosts: `origin` (`http://shop.test`) does. Lines without a
 * request, and targets that are no path, are left out.
 */
export function readAccessLog(text: string, origin: string): CaseRequest[] {
  const requests = new Map<string, CaseRequest>()
  for (const line of text.split('\n')) {
    const [, method, target] = requestLine.exec(line) ?? []
    if (method === undefined || !target?.startsWith('/') || requests.size === maxRequests) continue
    const url = `${origin}${target.replace(/\\(["\\])/g, '$1')}`
    const key = `${method} ${url}`
    if (requests.has(key)) continue
    requests.set(key, { method, url, headers: [], cookies: [], sni: undefined, clientIp: undefined })
  }
  return [...requests.values()]
}
