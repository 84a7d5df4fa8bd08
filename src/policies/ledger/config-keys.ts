// The keys of ingress-nginx's ConfigMap that no setting takes its default from: why, and what to do instead. Together with
// the settings' own keys these are all keys ingress-nginx reads, and the better known of those it has dropped.
import { listWithoutEffect, offWords, type WithoutEffect, type WithoutEffectGroup } from './without-effect.ts'

const noNginx = 'it is text for an nginx configuration, and there is no nginx here'
const noModSecurity = 'ModSecurity is a module of nginx, and there is no nginx here'
const sizesNginx = 'it sizes tables and buffers of nginx; ours grow within bounds of their own'
const noStreams = 'TCP and UDP services are not served'
const noTracer = 'ingress-nginx has removed this tracer'

/** nginx's own words for a switch that is on: what happens here without being asked. */
const onWords = ['1', 't', 'T', 'TRUE', 'true', 'True']

const groups: readonly WithoutEffectGroup[] = [
  {
    status: 'ignored',
    reason: 'Portico asks no OCSP responders',
    instead:
      'put the response (DER) into the TLS Secret under tls.ocsp; it is stapled, whatever this key says, while it is good',
    obeyed: offWords,
    names: 'enable-ocsp',
  },
  {
    status: 'refused',
    reason: 'requests in the first flight of a handshake (0-RTT) can be replayed by anybody who saw them',
    obeyed: offWords,
    names: 'ssl-early-data',
  },
  {
    status: 'refused',
    reason: 'snippets are text for an nginx configuration, and there is no nginx here',
    instead: 'see what `portico check` says about each snippet',
    obeyed: offWords,
    names: 'allow-snippet-annotations',
  },
  {
    status: 'elsewhere',
    reason: 'the command line says where Portico listens',
    instead: 'start it with --bind',
    obeyed: offWords,
    names: 'bind-address disable-ipv6',
  },
  {
    status: 'elsewhere',
    reason: 'the command line says how many processes there are',
    instead: 'start Portico with --workers, which is still to come for more than one',
    obeyed: ['1'],
    names: 'worker-processes',
  },
  {
    status: 'elsewhere',
    reason: 'the command line says how long requests in flight get at the end',
    instead: 'start Portico with --drain-timeout',
    names: 'worker-shutdown-timeout',
  },
  {
    status: 'elsewhere',
    reason: 'connections are bounded by the file descriptors of the process',
    instead: 'set them with ulimit -n',
    names: 'max-worker-connections max-worker-open-files',
  },
  {
    status: 'elsewhere',
    reason: 'the command line says where the access log goes',
    instead: 'start Portico with --access-log-file',
    obeyed: ['/dev/stdout', '/var/log/nginx/access.log'],
    names: 'access-log-path http-access-log-path',
  },
  {
    status: 'elsewhere',
    reason: 'the command line says what is logged of the operation',
    instead: 'start Portico with --log-level',
    names: 'error-log-level',
  },
  {
    status: 'elsewhere',
    reason: 'logs go to standard output and standard error',
    instead: 'redirect or pipe them, to logger(1) for syslog',
    obeyed: [...offWords, '/dev/stderr', '/var/log/nginx/error.log'],
    names: 'error-log-path enable-syslog syslog-host syslog-port access-log-params',
  },
  {
    status: 'refused',
    reason: noNginx,
    instead: 'write what it does as other keys of the ConfigMap or as annotations',
    isSnippet: true,
    names: 'main-snippet http-snippet server-snippet location-snippet',
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
    names: 'enable-modsecurity enable-owasp-modsecurity-crs',
  },
  {
    status: 'refused',
    reason: noModSecurity,
    instead: 'put a web application firewall of its own before or behind Portico',
    isSnippet: true,
    names: 'modsecurity-snippet',
  },
  {
    status: 'refused',
    reason: 'plugins are Lua files of nginx, and there is no nginx here',
    names: 'plugins',
  },
  {
    status: 'refused',
    reason: 'addresses are not looked up in a geographic database',
    obeyed: [...offWords, '0'],
    names: 'use-geoip2 geoip2-autoreload-in-minutes',
  },
  {
    status: 'refused',
    reason: 'the groups of a key exchange are left to OpenSSL, which offers the safe ones',
    obeyed: ['auto'],
    names: 'ssl-ecdh-curve ssl-dh-param',
  },
  {
    status: 'ignored',
    reason: sizesNginx,
    names: `
      server-name-hash-max-size server-name-hash-bucket-size proxy-headers-hash-max-size
      proxy-headers-hash-bucket-size variables-hash-bucket-size variables-hash-max-size map-hash-bucket-size
      lua-shared-dicts ssl-buffer-size grpc-buffer-size-kb client-header-buffer-size`,
  },
  {
    status: 'ignored',
    reason: 'it tunes the processes of nginx, of which there are none',
    names: `
      enable-multi-accept reuse-port worker-cpu-affinity enable-aio-write enable-serial-reloads worker-serial-reloads`,
  },
  {
    status: 'ignored',
    reason: 'names are resolved by the operating system, in whichever family of addresses it has',
    names: 'disable-ipv6-dns',
  },
  {
    status: 'ignored',
    reason: 'the proxy-ssl annotations belong to the Ingress that has them and to no other',
    obeyed: onWords,
    names: 'proxy-ssl-location-only',
  },
  {
    status: 'ignored',
    reason: 'responses get no type that their backend did not give them',
    names: 'default-type',
  },
  {
    status: 'ignored',
    reason:
      'there is no /nginx_status; the admin port has /metrics, on loopback unless --admin says otherwise',
    names: 'nginx-status-ipv4-whitelist nginx-status-ipv6-whitelist',
  },
  {
    status: 'ignored',
    reason: 'sessions are kept by their clients, as tickets, and take no memory here',
    names: 'ssl-session-cache-size',
  },
  {
    status: 'refused',
    reason: 'session tickets have keys that are made at each start and shared with nobody',
    instead: 'leave it out; clients make full handshakes after a restart',
    names: 'ssl-session-ticket-key',
  },
  {
    status: 'ignored',
    reason: 'it selects clients for the debug log of nginx',
    names: 'debug-connections',
  },
  {
    status: 'refused',
    reason: 'clients are always told apart by their address',
    instead: 'write use-forwarded-headers and proxy-real-ip-cidr, so that it is the address of the client',
    obeyed: ['$binary_remote_addr', '$remote_addr'],
    names: 'limit-conn-zone-variable',
  },
  {
    status: 'ignored',
    reason: 'requests to authentication services are no requests of clients and never in the access log',
    obeyed: offWords,
    names: 'enable-auth-access-log',
  },
  {
    status: 'ignored',
    reason: noStreams,
    obeyed: onWords,
    names: `
      proxy-stream-timeout proxy-stream-next-upstream proxy-stream-next-upstream-timeout
      proxy-stream-next-upstream-tries proxy-stream-responses log-format-stream stream-access-log-path
      disable-stream-access-log`,
  },
  {
    status: 'ignored',
    reason: 'it names a field that only nginx itself needs on its way',
    names: 'forwarded-for-proxy-protocol-header',
  },
  {
    status: 'ignored',
    reason: 'tracing is set up by the other otel and otlp keys, not by a file of nginx',
    names: 'opentelemetry-config',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write large-client-header-buffers and keep-alive-requests, which mean both versions of HTTP',
    names: 'http2-max-field-size http2-max-header-size http2-max-requests',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write limit-rps or limit-rpm on Ingresses, which count per Portico',
    names: `
      global-rate-limit-memcached-host global-rate-limit-memcached-port global-rate-limit-memcached-connect-timeout
      global-rate-limit-memcached-max-idle-timeout global-rate-limit-memcached-pool-size global-rate-limit-status-code`,
  },
  {
    status: 'legacy',
    reason: noTracer,
    instead: 'write enable-opentelemetry',
    obeyed: offWords,
    names: `
      enable-opentracing opentracing-operation-name opentracing-location-operation-name opentracing-trust-incoming-span
      zipkin-collector-host zipkin-collector-port zipkin-service-name zipkin-sample-rate
      jaeger-collector-host jaeger-collector-port jaeger-endpoint jaeger-service-name jaeger-propagation-format
      jaeger-sampler-type jaeger-sampler-param jaeger-sampler-host jaeger-sampler-port
      jaeger-trace-context-header-name jaeger-debug-header jaeger-baggage-header jaeger-trace-baggage-header-prefix
      datadog-collector-host datadog-collector-port datadog-service-name datadog-environment
      datadog-operation-name-override datadog-priority-sampling datadog-sample-rate`,
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'read /metrics on the admin port',
    obeyed: offWords,
    names: 'enable-vts-status vts-status-zone-size vts-default-filter-key vts-sum-key',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    instead: 'write proxy-body-size',
    names: 'body-size',
  },
  {
    status: 'legacy',
    reason: 'ingress-nginx has removed it',
    obeyed: offWords,
    names: `
      use-geoip http2-push-preload enable-dynamic-tls-records upstream-max-fails upstream-fail-timeout enable-influxdb`,
  },
]

/** By key. */
export const configKeysWithoutEffect: ReadonlyMap<string, WithoutEffect> = new Map(listWithoutEffect(groups))
