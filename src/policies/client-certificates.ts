// Hot path: answer and admit run for every request of a host that asks clients for certificates.
// Client certificates (mutual TLS). They guard whole hosts: the handshake asks for them by server name, and each request is
// held against what its Host asks for, so that no other name and no old connection leads around them.
import { createHash, X509Certificate } from 'node:crypto'
import type { ClientCertificate } from '../http/tls-facts.ts'
import { definePolicy } from './define-policy.ts'
import { compileLinearRegex } from './linear-regex.ts'
import { type Found, type ObjectName, parseObjectName } from './references.ts'
import type { Answer, RequestFacts } from './request-facts.ts'
import { booleanSetting, integerSetting, nginxSetting, quote } from './setting-types.ts'

/** Who signs client certificates, or why that is not known: then nobody is let in. */
export type ClientTrust =
  | { readonly key: string; readonly caPem: string; readonly crlPem: string | undefined }
  | { readonly problem: string }

/** What a host asks of its clients. */
export type ClientVerification = 'on' | 'off' | 'optional' | 'optional_no_ca'

interface ClientCertificateSettings {
  readonly secret: ObjectName | undefined
  readonly verify: ClientVerification
  readonly depth: number
  readonly errorPage: string | undefined
  readonly passCertificate: boolean
  readonly commonName: string | undefined
  /** What the Secret holds. */
  readonly trust: ClientTrust | undefined
}
