// The part of Node's own HTTP/1 parser that the differential tests ask; Node declares no types for it.

declare module 'node:_http_common' {
  /** llhttp behind its JavaScript callbacks, which are properties named by the numbers below. */
  export class HTTPParser {
    static readonly REQUEST: number
    static readonly RESPONSE: number
    static readonly kOnHeaders: number
    static readonly kOnHeadersComplete: number
    static readonly kOnBody: number
    static readonly kOnMessageComplete: number;
    [callback: number]: unknown
    initialize(type: number, resource: object, maxHeaderBytes: number, leniency: number): void
    execute(bytes: Buffer): number | (Error & { readonly code: string })
    finish(): undefined | (Error & { readonly code: string })
    close(): void
  }
}
