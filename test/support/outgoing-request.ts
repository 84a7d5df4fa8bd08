// A request for a backend, for tests that speak to endpoint connections themselves.
import type { OutgoingRequest } from '../../src/upstreams/endpoint-stream.ts'

/** A GET for `/` of `a.test` without fields or body, but for what is given. */
export function outgoingRequest(given: Partial<OutgoingRequest> = {}): OutgoingRequest {
  return {
    method: 'GET',
    target: '/',
    host: 'a.test',
    lines: '',
    acceptsTrailers: false,
    hasBody: false,
    chunked: false,
    mayHaveTrailers: false,
    contentLength: 0,
    minorVersion: 1,
    http1Lines: '',
    upgrade: '',
    closes: false,
    ...given,
  }
}
