// The ledger against ingress-nginx's own lists (v1.15.1): its annotations, and the keys of its ConfigMap.
import { describe, expect, it } from 'vitest'
import { knownAnnotations, knownConfigKeys } from '../all.ts'
import { porticoPrefix } from '../define-policy.ts'
import { configKeysWithoutEffect } from './config-keys.ts'
import { foreignReaderOf } from './foreign-annotations.ts'
import { annotationLedger, configLedger, countStatuses, type LedgerEntry, shortName } from './ledger.ts'

const names = (list: string) => list.trim().split(/\s+/)

const annotations = names(`
  app-root rewrite-target use-regex permanent-redirect permanent-redirect-code temporal-redirect temporal-redirect-code
  relative-redirects from-to-www-redirect use-port-in-redirects ssl-redirect force-ssl-redirect preserve-trailing-slash
  server-alias upstream-vhost x-forwarded-prefix default-backend custom-http-errors disable-proxy-intercept-errors satisfy
  service-upstream
  canary canary-by-header canary-by-header-value canary-by-header-pattern canary-by-cookie canary-weight
  canary-weight-total
  affinity affinity-mode affinity-canary-behavior session-cookie-name session-cookie-path session-cookie-domain
  session-cookie-expires session-cookie-max-age session-cookie-samesite session-cookie-conditional-samesite-none
  session-cookie-secure session-cookie-change-on-failure load-balance upstream-hash-by upstream-hash-by-subset
  upstream-hash-by-subset-size
  backend-protocol fastcgi-index fastcgi-params-configmap proxy-connect-timeout proxy-send-timeout proxy-read-timeout
  proxy-next-upstream proxy-next-upstream-tries proxy-next-upstream-timeout proxy-request-buffering proxy-buffering
  proxy-buffers-number proxy-buffer-size proxy-busy-buffers-size proxy-max-temp-file-size proxy-body-size
  client-body-buffer-size proxy-http-version proxy-cookie-domain proxy-cookie-path proxy-redirect-from proxy-redirect-to
  connection-proxy-header http2-push-preload custom-headers mirror-target mirror-request-body mirror-host
  whitelist-source-range allowlist-source-range denylist-source-range limit-connections limit-rps limit-rpm
  limit-burst-multiplier limit-rate limit-rate-after limit-whitelist limit-allowlist
  auth-type auth-secret auth-secret-type auth-realm
  auth-url auth-method auth-signin auth-signin-redirect-param auth-response-headers auth-proxy-set-headers
  auth-request-redirect auth-cache-key auth-cache-duration auth-always-set-cookie auth-snippet auth-keepalive
  auth-keepalive-share-vars auth-keepalive-requests auth-keepalive-timeout enable-global-auth
  ssl-ciphers ssl-prefer-server-ciphers ssl-passthrough
  auth-tls-secret auth-tls-verify-client auth-tls-verify-depth auth-tls-error-page
  auth-tls-pass-certificate-to-upstream auth-tls-match-cn
  proxy-ssl-secret proxy-ssl-ciphers proxy-ssl-name proxy-ssl-protocols proxy-ssl-verify proxy-ssl-verify-depth
  proxy-ssl-server-name
  enable-access-log enable-rewrite-log enable-opentelemetry opentelemetry-trust-incoming-span
  opentelemetry-operation-name enable-modsecurity enable-owasp-core-rules modsecurity-transaction-id
  modsecurity-snippet configuration-snippet server-snippet stream-snippet
  enable-cors cors-allow-origin cors-allow-methods cors-allow-headers cors-expose-headers cors-allow-credentials
  cors-max-age`)

const configKeys = names(`
  add-headers allow-backend-server-header allow-cross-namespace-resources allow-snippet-annotations
  annotation-value-word-blocklist annotations-risk-level access-log-params access-log-path http-access-log-path
  stream-access-log-path enable-access-log-for-default-backend enable-auth-access-log error-log-path enable-modsecurity
  modsecurity-snippet enable-owasp-modsecurity-crs client-header-buffer-size client-header-timeout
  client-body-buffer-size client-body-timeout disable-access-log disable-http-access-log disable-stream-access-log
  disable-ipv6 disable-ipv6-dns enable-underscores-in-headers enable-ocsp ignore-invalid-headers retry-non-idempotent
  error-log-level http2-max-concurrent-streams hsts hsts-include-subdomains hsts-max-age hsts-preload keep-alive
  keep-alive-requests large-client-header-buffers log-format-escape-none log-format-escape-json log-format-upstream
  log-format-stream enable-multi-accept max-worker-connections max-worker-open-files map-hash-bucket-size
  nginx-status-ipv4-whitelist nginx-status-ipv6-whitelist plugins proxy-real-ip-cidr proxy-set-headers
  server-name-hash-max-size server-name-hash-bucket-size proxy-headers-hash-max-size proxy-headers-hash-bucket-size
  reuse-port server-tokens ssl-ciphers ssl-ecdh-curve ssl-dh-param ssl-protocols ssl-early-data ssl-session-cache
  ssl-session-cache-size ssl-session-tickets ssl-session-ticket-key ssl-session-timeout ssl-buffer-size
  ssl-reject-handshake use-proxy-protocol proxy-protocol-header-timeout enable-aio-write use-gzip use-geoip2
  geoip2-autoreload-in-minutes enable-brotli brotli-level brotli-min-length brotli-types use-http2 gzip-disable
  gzip-level gzip-min-length gzip-types worker-processes worker-cpu-affinity worker-shutdown-timeout
  enable-serial-reloads worker-serial-reloads variables-hash-bucket-size variables-hash-max-size upstream-keepalive-connections
  upstream-keepalive-time upstream-keepalive-timeout upstream-keepalive-requests limit-conn-zone-variable
  proxy-stream-timeout proxy-stream-next-upstream proxy-stream-next-upstream-timeout proxy-stream-next-upstream-tries
  proxy-stream-responses bind-address use-forwarded-headers enable-real-ip forwarded-for-header
  forwarded-for-proxy-protocol-header forwarded-host-header compute-full-forwarded-for generate-request-id
  proxy-add-original-uri-header enable-opentelemetry opentelemetry-config opentelemetry-operation-name
  opentelemetry-trust-incoming-span otlp-collector-host otlp-collector-port otel-service-name otel-sampler
  otel-sampler-ratio otel-sampler-parent-based otel-max-queuesize otel-schedule-delay-millis
  otel-max-export-batch-size main-snippet http-snippet server-snippet stream-snippet location-snippet
  http-redirect-code hide-headers limit-req-status-code limit-conn-status-code enable-syslog syslog-host syslog-port
  no-tls-redirect-locations no-auth-locations block-cidrs block-user-agents block-referers lua-shared-dicts
  proxy-ssl-location-only default-type debug-connections strict-validate-path-type grpc-buffer-size-kb
  global-allowed-response-headers global-auth-url global-auth-method global-auth-signin
  global-auth-signin-redirect-param global-auth-response-headers global-auth-request-redirect global-auth-snippet
  global-auth-cache-key global-auth-cache-duration global-auth-always-set-cookie
  custom-http-errors preserve-trailing-slash disable-proxy-intercept-errors proxy-body-size proxy-connect-timeout
  proxy-read-timeout proxy-send-timeout proxy-buffers-number proxy-buffer-size proxy-busy-buffers-size
  proxy-cookie-path proxy-cookie-domain proxy-next-upstream proxy-next-upstream-timeout proxy-next-upstream-tries
  proxy-redirect-from proxy-redirect-to proxy-request-buffering skip-access-log-urls ssl-redirect force-ssl-redirect
  relative-redirects use-port-in-redirects load-balance whitelist-source-range
  denylist-source-range limit-rate limit-rate-after proxy-buffering proxy-http-version proxy-max-temp-file-size
  service-upstream`)

function namesOf(entries: readonly LedgerEntry[]): string[] {
  return entries.map(({ name }) => shortName(name))
}

describe('the ledger of annotations', () => {
  const entries = annotationLedger()
  const own = entries.filter(({ name }) => !name.startsWith(porticoPrefix))

  it('has every annotation of ingress-nginx, and besides only what it has removed', () => {
    const known = new Set(annotations)
    expect(annotations.filter(name => !namesOf(own).includes(name))).toEqual([])
    expect(own.filter(({ name, status }) => !known.has(shortName(name)) && status !== 'legacy')).toEqual([])
    expect(own.filter(({ name, status }) => known.has(shortName(name)) && status === 'legacy')).toEqual([])
  })

  it('has each name once, with a meaning in whole sentences', () => {
    expect(new Set(namesOf(entries)).size).toBe(entries.length)
    expect(entries.length).toBeGreaterThan(knownAnnotations.length)
    const unfinished = entries.filter(
      ({ meaning, differs, instead }) =>
        !/\.$/.test(meaning) || ![differs, instead].every(text => text === '' || /[.)]$/.test(text)),
    )
    expect(unfinished.map(({ name }) => name)).toEqual([])
    expect([...countStatuses(entries).values()].reduce((sum, count) => sum + count)).toBe(entries.length)
  })

  it('says why and what to do instead for all that is refused', () => {
    const helpless = entries.filter(({ status, instead }) => status === 'refused' && instead === '')
    expect(namesOf(helpless)).toEqual(['modsecurity-transaction-id', 'stream-snippet'])
  })
})

describe('the ledger of the ConfigMap', () => {
  const entries = configLedger()

  it('has every key of ingress-nginx', () => {
    expect(configKeys.filter(key => !namesOf(entries).includes(key))).toEqual([])
  })

  it('has no other key but those of old versions and our own additions', () => {
    const others = entries.filter(({ name, status }) => !configKeys.includes(name) && status !== 'legacy')
    expect(namesOf(others)).toEqual(['enable-zstd', 'zstd-level', 'zstd-min-length', 'zstd-types'])
  })

  it('has each key once', () => {
    expect(knownConfigKeys.filter(key => configKeysWithoutEffect.has(key))).toEqual([])
    expect(new Set(namesOf(entries)).size).toBe(entries.length)
  })
})

it("knows other controllers' annotations from those of tools", () => {
  for (const prefix of [
    'ingress.kubernetes.io',
    'nginx.org',
    'traefik.ingress.kubernetes.io',
    'haproxy.org',
  ]) {
    expect(foreignReaderOf(`${prefix}/x`)).toBeDefined()
  }
  for (const key of [
    'cert-manager.io/issuer',
    'kubernetes.io/ingress.class',
    'nginx.ingress.kubernetes.io/x',
  ]) {
    expect(foreignReaderOf(key)).toBeUndefined()
  }
})
