// A request as policies see it, for tests: a plain GET unless said otherwise.
import type { RequestFacts } from '../../src/policies/request-facts.ts'

export interface FactsInput extends Partial<Omit<RequestFacts, 'header' | 'cookie'>> {
  /** By lower-case name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly cookies?: Readonly<Record<string, string>>
}

/** Facts of `GET http://foo.com/` from 127.0.0.1 with the differences given. */
export function requestFacts({ headers = {}, cookies = {}, ...facts }: FactsInput = {}): RequestFacts {
  return {
    method: 'GET',
    secure: false,
    host: 'foo.com',
    publicHost: facts.host ?? 'foo.com',
    authority: 'foo.com',
    target: '/',
    path: '/',
    version: '1.1',
    scheme: facts.secure === true ? 'https' : 'http',
    clientAddress: '127.0.0.1',
    localPort: facts.secure === true ? 443 : 80,
    requestId: '0123456789abcdef0123456789abcdef',
    route: undefined,
    captures: [],
    newStay: '',
    errorStatus: 0,
    httpsPort: 443,
    hostHasTls: false,
    tls: undefined,
    ...facts,
    header: name => headers[name],
    cookie: name => cookies[name],
  }
}
