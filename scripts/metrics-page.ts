// docs/metrics.md as text, made from the metrics that Portico has. Writes nothing.
import { metricFamilies } from '../src/app/metrics.ts'
import { Counters } from '../src/metrics/counters.ts'
import type { Family } from '../src/metrics/family.ts'
import { emptyTable } from '../src/routing/empty-table.ts'

/** Name below `docs/` → text. */
export function renderMetricsPage(): ReadonlyMap<string, string> {
  return new Map([['metrics.md', page(metricFamilies(nothingYet()))]])
}

/** A Portico that has not begun to serve: its metrics have no values that a page would show. */
function nothingYet(): Parameters<typeof metricFamilies>[0] {
  return {
    counters: new Counters(),
    live: {
      openClientConnections: () => 0,
      openEndpointConnections: () => ({ idle: 0, busy: 0 }),
      connectionsByEndpoint: () => [],
      endpointsPassedOver: () => 0,
      endpointsLeftOut: () => 0,
      endpointsDrained: () => 0,
      descriptorLimit: undefined,
    },
    table: () => emptyTable,
    controller: { className: '', namespace: '', pod: '' },
  }
}

const nginxPrefix = 'nginx_ingress_controller_'

function page(families: readonly Family[]): string {
  const inGroup = (belongs: (name: string) => boolean) => table(families.filter(({ name }) => belongs(name)))
  const isNginx = (name: string) => name.startsWith(nginxPrefix)
  const isPortico = (name: string) => name.startsWith('portico_')
  return `${[
    '# Metrics',
    '<!-- Made by `npm run docs` from the metrics in src/metrics. Edit those, or scripts/metrics-page.ts. -->',
    intro,
    `## ingress-nginx's`,
    nginxIntro,
    inGroup(isNginx),
    nginxEnd,
    `## Portico's own`,
    inGroup(isPortico),
    '## Of the process',
    inGroup(name => !isNginx(name) && !isPortico(name)),
    '## How many series there are',
    bounds,
  ].join('\n\n')}\n`
}

const intro = `\`/metrics\` at the admin port answers in Prometheus' text, or in OpenMetrics 1.0 for whoever prefers it by \`Accept\`, as Prometheus does. Metrics are always on; [measured](../bench/RESULTS.md#metrics) they cost 2 % of a request's processor time. Times are in seconds.

\`\`\`yaml
scrape_configs:
  - job_name: portico
    static_configs: [{ targets: ['127.0.0.1:10254'] }]
\`\`\``

const nginxIntro = `By name and label those of ingress-nginx 1.15, so that its Grafana dashboards (\`nginx.json\` and \`request-handling-performance.json\`) work as they are. All of them but those of certificates also have \`controller_class\` (what \`--ingress-class\` says, else \`portico\`), \`controller_namespace\` and \`controller_pod\` (the environment's \`POD_NAMESPACE\` and \`POD_NAME\`, else \`default\` and the name of the machine). The labels of requests are those of the rule: its \`host\` (\`_\` without one), \`path\`, \`namespace\`, \`ingress\` and \`service\`; \`canary\` is the backend that was taken instead, as \`namespace-service-port\`.`

const nginxEnd = `Where they differ:

- ingress-nginx says \`host\` as the client did, and counts nothing for wildcard hosts and for hosts without rules. Here it is the rule's (\`*.foo.com\`), and requests that no rule takes are counted together, with the host \`_\` and an empty \`ingress\`.
- A request that was tried several times is observed by every histogram, for its last attempt; in ingress-nginx only by those of all its time and sizes.
- Sizes are without what frames bodies (chunk sizes, HTTP/2's frames), and heads of HTTP/2 count as HTTP/1.1 would write them.
- \`nginx_process_…\` are of the one process there is. \`ingress_upstream_latency_seconds\` has no quantiles.
- In OpenMetrics, which wants \`_total\` at the end of every counter's name, \`requests\`, \`success\`, \`errors\` and \`nginx_process_connections_total\` keep their names and are of type \`unknown\`.
- Not there, because Portico has no such thing: \`admission_…\` and \`check_…\` (an admission webhook), \`leader_election_status\`.`

const bounds = `All labels are words of the manifests or of Portico's, never a client's: methods that nobody knows are \`OTHER\`, and so many statuses of one rule that their series are beyond a hundred are \`other\`. Each rule that has had requests has one series for each method and status that came, of some 90 lines. Rules that are gone are shown for five minutes more; \`nginx_ingress_controller_requests\` of one that comes back later begins at 0 again. \`portico_endpoint_connections\` is of endpoints with open connections only. The text is written in pieces between requests: 10,000 rules with traffic are 260 MB of it (ask for less with \`metric_relabel_configs\`, or count by fewer rules), and requests wait no longer than some 30 ms for it.`

function table(families: readonly Family[]): string {
  const rows = families.map(
    ({ name, type, labelNames, help }) =>
      `| \`${name}\` | ${type} | ${labelNames.map(label => `\`${label}\``).join(', ')} | ${help} |`,
  )
  return ['| Metric | Type | Labels | What |', '|---|---|---|---|', ...rows].join('\n')
}
