// Records of requests for tests of what is made of them.
import type { RequestRecord } from '../../src/proxy/request-record.ts'

/** A GET that a backend answered at once, but for what is said. */
export function requestRecord(differs: Partial<RequestRecord> = {}): RequestRecord {
  return {
    time: Date.UTC(2026, 9, 5, 13, 5, 9, 42),
    durationMs: 3.25,
    queueMs: 0,
    connectMs: 0.5,
    firstByteMs: 3,
    route: undefined,
    service: 'shop/web:80',
    isCanary: false,
    scheme: 'http',
    retries: 0,
    clientAddress: '127.0.0.1',
    user: '',
    method: 'GET',
    target: '/cart?x=1',
    version: '1.1',
    authority: 'a.test',
    status: 200,
    bodyBytesSent: 5,
    bytesSent: 105,
    requestBytes: 60,
    referer: '',
    userAgent: 'curl/8',
    requestId: 'r-1',
    upstreamName: 'shop-web-80',
    alternativeUpstreamName: '',
    variant: '',
    isLogged: true,
    attempts: [
      {
        endpoint: '127.0.0.1:3000',
        status: 200,
        startMs: 0.25,
        connectMs: 0.5,
        headMs: 3,
        durationMs: 3.25,
        failure: '',
        spanId: '',
      },
    ],
    cause: '',
    trace: undefined,
    traceId: '',
    spanId: '',
    ...differs,
  }
}
