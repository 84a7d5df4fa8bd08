// Requests as a user would make them: any Host, over HTTP or HTTPS, without following redirects.
import { type Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Echo } from './backend.ts'

export interface TestResponse {
  readonly status: number
  /** `1.1`. */
  readonly httpVersion: string
  readonly headers: IncomingHttpHeaders
  readonly rawHeaders: readonly string[]
  readonly body: string
  /** The body of an echo backend. */
  echo(): Echo
}

export interface TestRequest {
  readonly port: number
  readonly host: string
  readonly path?: string
  readonly method?: string
  readonly headers?: Record<string, string | string[]>
  readonly body?: string | Buffer
  /** Connections to be used again; by default the request has one of its own. */
  readonly agent?: Agent
  /** Over TLS with this CA certificate (PEM); `insecure` accepts any. */
  readonly tls?: {
    readonly ca?: string
    readonly insecure?: boolean
    readonly servername?: string
    /** Shown when the server asks for a certificate. */
    readonly client?: { readonly certPem: string; readonly keyPem: string }
  }
}

/** Sends one request. */
export function fetchFrom(request: TestRequest): Promise<TestResponse> {
  const options = {
    host: '127.0.0.1',
    port: request.port,
    path: request.path ?? '/',
    method: request.method ?? 'GET',
    headers: { Host: request.host, ...request.headers },
    agent: request.agent ?? (false as const),
  }
  return new Promise((resolve, reject) => {
    const sent =
      request.tls === undefined
        ? httpRequest(options)
        : httpsRequest({
            ...options,
            servername: request.tls.servername ?? request.host.replace(/:\d+$/, ''),
            ca: request.tls.ca,
            cert: request.tls.client?.certPem,
            key: request.tls.client?.keyPem,
            rejectUnauthorized: request.tls.insecure !== true,
          })
    sent.on('error', reject)
    sent.on('response', response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8')
        resolve({
          status: response.statusCode!,
          httpVersion: response.httpVersion,
          headers: response.headers,
          rawHeaders: response.rawHeaders,
          body,
          echo: () => JSON.parse(body) as Echo,
        })
      })
    })
    sent.end(request.body)
  })
}
