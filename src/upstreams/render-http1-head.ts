// Hot path: runs for every request to a backend.
// The head of a request to a backend as HTTP/1.1 has it.
import type { OutgoingRequest } from './endpoint-stream.ts'

/** Up to and including the empty line. */
export function renderHttp1Head(request: OutgoingRequest): string {
  const { method, target, host, lines, http1Lines: more, minorVersion: minor } = request
  return `${method} ${target} HTTP/1.${minor}\r\nHost: ${host}\r\n${lines}${more}\r\n`
}
