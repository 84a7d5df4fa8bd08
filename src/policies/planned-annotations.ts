// The ingress-nginx annotations that Portico knows by name only, and why: nothing a user wrote is passed over in
// silence. What a policy implements is not listed here.
import { nginxPrefix } from './define-policy.ts'

/**
 * *planned*: not implemented yet. *refused*: never will be. *legacy*: ingress-nginx itself dropped it.
 * *ignored*: has nothing to act on here, by design.
 */
export type AnnotationStatus = 'planned' | 'refused' | 'legacy' | 'ignored'

/** An annotation without an effect. */
export interface PlannedAnnotation {
  readonly status: AnnotationStatus
  /** Why, as a clause. */
  readonly reason: string
  /** Whether it guards access: a route whose guard can not be obeyed is closed. */
  readonly security: boolean
}

const notYet = 'it is not implemented yet'

function names(list: string): string[] {
  return list.trim().split(/\s+/)
}

interface Group {
  readonly status: AnnotationStatus
  readonly reason: string
  readonly security?: boolean
  readonly names: readonly string[]
}

const groups: readonly Group[] = [
  {
    status: 'planned',
    reason: notYet,
    names: names(`
      server-alias default-backend
      custom-http-errors disable-proxy-intercept-errors service-upstream
      proxy-request-buffering proxy-buffering proxy-buffer-size client-body-buffer-size
      custom-headers mirror-target mirror-request-body mirror-host
      limit-rate limit-rate-after
      ssl-ciphers ssl-prefer-server-ciphers ssl-passthrough
      enable-access-log enable-opentelemetry opentelemetry-trust-incoming-span opentelemetry-operation-name
      enable-global-auth`),
  },
  {
    status: 'planned',
    reason: notYet,
    security: true,
    names: names(`
      auth-type auth-url auth-tls-secret
      auth-tls-match-cn`),
  },
  {
    // These only say how one of the guards above works.
    status: 'planned',
    reason: notYet,
    names: names(`
      auth-secret auth-secret-type auth-realm
      auth-method auth-signin auth-signin-redirect-param auth-response-headers auth-proxy-set-headers
      auth-request-redirect auth-cache-key auth-cache-duration auth-always-set-cookie auth-keepalive
      auth-keepalive-share-vars auth-keepalive-requests auth-keepalive-timeout
      auth-tls-verify-client auth-tls-verify-depth auth-tls-error-page auth-tls-pass-certificate-to-upstream`),
  },
  {
    status: 'refused',
    reason: 'it is text for an nginx configuration, and there is no nginx here',
    names: names('configuration-snippet server-snippet stream-snippet auth-snippet'),
  },
  {
    status: 'refused',
    reason: 'ModSecurity is a module of nginx, and there is no nginx here',
    names: names('enable-modsecurity enable-owasp-core-rules modsecurity-transaction-id modsecurity-snippet'),
  },
  {
    status: 'refused',
    reason: 'FastCGI is not spoken here',
    names: names('fastcgi-index fastcgi-params-configmap'),
  },
  {
    status: 'ignored',
    reason: 'it sizes buffers of nginx; bodies stream here within bounds of their own',
    names: names('proxy-buffers-number proxy-busy-buffers-size proxy-max-temp-file-size'),
  },
  {
    status: 'ignored',
    reason: 'browsers no longer take HTTP/2 pushes',
    names: ['http2-push-preload'],
  },
  {
    status: 'ignored',
    reason: 'it only fills the error log of nginx',
    names: ['enable-rewrite-log'],
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    names: names(`
      secure-backends session-cookie-hash grpc-backend add-base-url base-url-scheme secure-verify-ca-secret
      global-rate-limit global-rate-limit-window global-rate-limit-key global-rate-limit-ignored-cidrs
      influxdb-host influxdb-measurement influxdb-port influxdb-server-name enable-influxdb
      enable-opentracing opentracing-trust-incoming-span opentracing-operation-name
      lua-resty-waf lua-resty-waf-debug lua-resty-waf-ignore-rulesets lua-resty-waf-extra-rules
      lua-resty-waf-allow-unknown-content-types lua-resty-waf-score-threshold
      lua-resty-waf-process-multipart-body`),
  },
]

/** By full annotation key. */
export const plannedAnnotations: ReadonlyMap<string, PlannedAnnotation> = new Map(
  groups.flatMap(({ status, reason, security = false, names }) =>
    names.map(name => [nginxPrefix + name, { status, reason, security }] as const),
  ),
)

/** Prefixes of other controllers' annotations; those have no effect here. */
export const foreignPrefixes: readonly string[] = [
  'alb.ingress.kubernetes.io/',
  'haproxy-ingress.github.io/',
  'haproxy.org/',
  'ingress.kubernetes.io/',
  'nginx.org/',
  'traefik.ingress.kubernetes.io/',
]
