// What takes part in the benchmark: a proxy that can be started in front of the backend. Knows no particular one.
import type { CertificateFiles } from '../certificate.ts'
import type { Program } from '../program.ts'
import type { Workspace } from '../workspace.ts'

/** What not every contender can do. */
export type Ability =
  | 'tls'
  | 'many-rules'
  | 'access-log'
  | 'unbuffered-log'
  | 'json-log'
  | 'web-socket'
  | 'http2'

/** How the contenders are set up; the same work for all. */
export interface Setup {
  readonly workspace: Workspace
  readonly core: number
  readonly backendPort: number
  /** What the backend speaks: HTTP/1.1, or gRPC over HTTP/2 without TLS. */
  readonly backendProtocol: 'http' | 'grpc'
  readonly certificate: CertificateFiles
  /** The hosts that are served, each by a rule of its own; the first is `bench.test`. */
  readonly hosts: readonly string[]
  /** `json`: the program's own JSON lines, buffered. */
  readonly accessLog: 'off' | 'buffered' | 'unbuffered' | 'json'
}

/** A proxy. */
export interface Contender {
  readonly name: string
  readonly version: string
  readonly abilities: ReadonlySet<Ability>
  start(setup: Setup): Promise<Program>
}

/** How many idle connections to the backend each contender may keep. */
export const idleBackendConnections = 1024

/** A body may have this many bytes; more is refused by all that know such a limit. */
export const maxBodyBytes = 1_048_576
