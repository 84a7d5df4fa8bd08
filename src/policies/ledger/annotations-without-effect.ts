// The annotations that Portico knows and does not obey, why, and what to write instead: nothing a user wrote is passed
// over in silence. What a policy implements is not listed here.
import { nginxPrefix } from '../define-policy.ts'
import { listWithoutEffect, offWords, type WithoutEffect, type WithoutEffectGroup } from './without-effect.ts'

const noNginx = 'it is text for an nginx configuration, and there is no nginx here'
const noModSecurity = 'ModSecurity is a module of nginx, and there is no nginx here'

const groups: readonly WithoutEffectGroup[] = [
  {
    status: 'refused',
    reason: noNginx,
    instead:
      'write what it does as annotations: response headers as custom-headers, redirects as permanent-redirect or temporal-redirect, access as allowlist-source-range or auth-url, conditions as portico/match-headers',
    isSnippet: true,
    names: 'configuration-snippet server-snippet',
  },
  {
    status: 'refused',
    reason: noNginx,
    instead: 'write auth-proxy-set-headers, auth-response-headers or auth-request-redirect',
    isSnippet: true,
    names: 'auth-snippet',
  },
  {
    status: 'refused',
    reason: 'it is text for an nginx configuration of TCP services, and neither is here',
    names: 'stream-snippet',
  },
  {
    status: 'refused',
    reason: noModSecurity,
    instead: 'put a web application firewall of its own before or behind Portico',
    obeyed: offWords,
    names: 'enable-modsecurity enable-owasp-core-rules',
  },
  { status: 'refused', reason: noModSecurity, names: 'modsecurity-transaction-id' },
  {
    status: 'refused',
    reason: noModSecurity,
    instead: 'put a web application firewall of its own before or behind Portico',
    isSnippet: true,
    names: 'modsecurity-snippet',
  },
  {
    status: 'refused',
    reason: 'FastCGI is not spoken here',
    instead: 'run a web server such as nginx or Caddy beside the application and name that as the backend',
    names: 'fastcgi-index fastcgi-params-configmap',
  },
  {
    status: 'ignored',
    reason: 'browsers no longer take HTTP/2 pushes',
    instead: 'let the application send Link headers with rel=preload, or 103 Early Hints',
    obeyed: offWords,
    names: 'http2-push-preload',
  },
  {
    status: 'ignored',
    reason: 'it only fills the error log of nginx',
    obeyed: offWords,
    names: 'enable-rewrite-log',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write backend-protocol: "HTTPS"',
    names: 'secure-backends',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write backend-protocol: "GRPC"',
    names: 'grpc-backend',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write proxy-ssl-secret and proxy-ssl-verify: "on"',
    names: 'secure-verify-ca-secret',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write limit-rps or limit-rpm, which count per Portico',
    names: 'global-rate-limit global-rate-limit-window global-rate-limit-key global-rate-limit-ignored-cidrs',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write enable-opentelemetry, opentelemetry-trust-incoming-span or opentelemetry-operation-name',
    names: 'enable-opentracing opentracing-trust-incoming-span opentracing-operation-name',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    names: `
      session-cookie-hash add-base-url base-url-scheme
      influxdb-host influxdb-measurement influxdb-port influxdb-server-name enable-influxdb
      lua-resty-waf lua-resty-waf-debug lua-resty-waf-ignore-rulesets lua-resty-waf-extra-rules
      lua-resty-waf-allow-unknown-content-types lua-resty-waf-score-threshold
      lua-resty-waf-process-multipart-body`,
  },
]

/** By full annotation key. */
export const annotationsWithoutEffect: ReadonlyMap<string, WithoutEffect> = new Map(
  listWithoutEffect(groups).map(([name, entry]) => [nginxPrefix + name, entry]),
)
