// How things are now, at a glance: traffic, problems, certificates that end, the last change.
import { type ComponentChildren, Fragment } from 'preact'
import type {
  AppliedView,
  DiagnosticList,
  ExpiringCertificate,
  Overview as Facts,
} from '../../../src/admin/api/types.ts'
import { Badge } from '../components/badge.tsx'
import { Failed, Loading } from '../components/empty.tsx'
import { PageHead } from '../components/page-head.tsx'
import { Stat } from '../components/stat.tsx'
import { TrafficCharts } from '../components/traffic-charts.tsx'
import { history, loadOverview, overview, overviewError } from '../live/overview.ts'
import { useApi } from '../live/use-api.ts'
import { useNow } from '../live/use-now.ts'
import { hrefTo } from '../location.ts'
import { ago, bytes, compact, counted, duration, percent, rate, span } from '../words/figures.ts'
import { timeOfDay } from '../words/times.ts'
import { visible } from '../words/visible.ts'

export function Overview() {
  const facts = overview.value
  const error = overviewError.value
  if (facts === undefined) {
    return (
      <>
        <PageHead title="Overview" />
        {error === undefined ? <Loading lines={9} /> : <Failed error={error} reload={loadOverview} />}
      </>
    )
  }
  return (
    <>
      <PageHead title="Overview" about={<Running facts={facts} />} />
      <Stats facts={facts} />
      <TrafficCharts samples={history.value} />
      <div class="pair">
        <Card title="Problems" link={{ href: hrefTo(['problems']), text: 'All problems' }}>
          <ProblemSummary facts={facts} />
        </Card>
        <Card title="Last change">
          <LastChange change={facts.lastChange} />
        </Card>
        <Card title="Certificates that end soon" link={{ href: hrefTo(['tls']), text: 'All hosts' }}>
          <Expiring certificates={facts.expiring} />
        </Card>
        <Card title="What is served">
          <Served facts={facts} />
        </Card>
      </div>
    </>
  )
}

function Running({ facts }: { readonly facts: Facts }) {
  const now = useNow()
  return (
    <>
      Portico {facts.version} serves <code>{facts.paths.join(', ') || 'standard input'}</code>, up{' '}
      {span(now - facts.startedAt)}
      {!facts.isReady && (
        <>
          {' '}
          <Badge tone="warning">not ready</Badge>
        </>
      )}
    </>
  )
}

function Stats({ facts }: { readonly facts: Facts }) {
  const latest = history.value.at(-1)
  const { errors, requests } = facts.figures
  const { clients, upstreamBusy, upstreamIdle } = facts.connections
  const { error, warning, note } = facts.problems
  const perSecond = latest?.perSecond ?? facts.figures.perSecond
  const errorsPerSecond = latest?.errorsPerSecond ?? facts.figures.errorsPerSecond
  const latency = latestLatency() ?? facts.figures.latencyMs
  return (
    <div class="stats">
      <Stat label="Requests" value={rate(perSecond)} href={hrefTo(['routes'])}>
        {compact(requests)} since start
      </Stat>
      <Stat
        label="Errors"
        value={rate(errorsPerSecond)}
        tone={errorsPerSecond ? 'error' : 'plain'}
        href={hrefTo(['requests'], { status: '5xx' })}
      >
        {percent(errors, requests)} of all
      </Stat>
      <Stat label="Latency, p50" value={duration(latency?.p50)}>
        p99 {duration(latency?.p99)}
      </Stat>
      <Stat label="Open connections" value={compact(clients)}>
        {upstreamBusy + upstreamIdle} to backends
      </Stat>
      <Stat
        label="Problems"
        value={error + warning === 0 ? 'None' : error || warning}
        tone={error > 0 ? 'error' : warning > 0 ? 'warning' : 'ok'}
        href={hrefTo(['problems'])}
      >
        {error > 0 ? counted(warning, 'warning') : counted(note, 'note')}
      </Stat>
      <Endpoints facts={facts} />
    </div>
  )
}

function Endpoints({ facts }: { readonly facts: Facts }) {
  const { endpoints, endpointsAway } = facts.counts
  return (
    <Stat
      label="Endpoints"
      value={`${endpoints - endpointsAway} of ${endpoints}`}
      tone={endpointsAway > 0 ? 'warning' : 'plain'}
      href={hrefTo(['services'])}
    >
      {endpoints === 0
        ? 'none are listed'
        : endpointsAway === 0
          ? 'all get requests'
          : `${endpointsAway} away`}
    </Stat>
  )
}

/** Seconds without requests have no latency: what was last measured is shown. */
function latestLatency() {
  return history.value.findLast(sample => sample.latencyMs !== undefined)?.latencyMs
}

function Card(props: {
  readonly title: string
  readonly link?: { readonly href: string; readonly text: string }
  readonly children: ComponentChildren
}) {
  return (
    <section class="card">
      <header>
        <h2>{props.title}</h2>
        {props.link !== undefined && <a href={props.link.href}>{props.link.text}</a>}
      </header>
      <div class="inside">{props.children}</div>
    </section>
  )
}

/** The rest is on the page about problems. */
const mostProblems = 3

function ProblemSummary({ facts }: { readonly facts: Facts }) {
  const { answer } = useApi<DiagnosticList>(`/api/diagnostics?limit=${mostProblems}`, [
    'hello',
    'applied',
    'diagnostics',
  ])
  const { error, warning, note } = facts.problems
  if (error + warning + note === 0)
    return <p class="muted">Portico has found nothing wrong with the manifests.</p>
  const counts = [
    ['error', error],
    ['warning', warning],
    ['note', note],
  ] as const
  return (
    <>
      <p class="counts">
        {counts.map(
          ([severity, count]) =>
            count > 0 && (
              <a key={severity} href={hrefTo(['problems'], { severity })}>
                <Badge tone={severity}>{counted(count, severity)}</Badge>
              </a>
            ),
        )}
      </p>
      <ul class="briefs">
        {answer?.diagnostics.map((finding, index) => (
          <li key={`${finding.code} ${index}`} title={finding.message}>
            <a href={hrefTo(['problems', finding.code])}>{finding.code}</a>
            <span class="muted">
              {visible(finding.object === '' ? finding.message : `${finding.object}: ${finding.message}`)}
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** More are counted only: the list of a template render is longer than the screen. */
const mostFiles = 4

function LastChange({ change }: { readonly change: AppliedView }) {
  const now = useNow()
  const { added, changed, removed } = change.routes
  const parts = [
    [added, 'added'],
    [changed, 'changed'],
    [removed, 'removed'],
  ] as const
  const said = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`)
  const more = change.changedFiles.length - mostFiles
  return (
    <dl class="facts">
      <dt>When</dt>
      <dd>
        <time dateTime={new Date(change.time).toISOString()}>{timeOfDay(change.time)}</time>{' '}
        <span class="faint">{ago(change.time, now)}</span>
      </dd>
      <dt>Routes</dt>
      <dd>{said.join(', ') || 'none changed'}</dd>
      <dt>Applied in</dt>
      <dd>
        {duration(change.durationMs)} <span class="faint">as table {change.generation}</span>
      </dd>
      <dt>Files</dt>
      <dd>
        <ul class="files">
          {change.changedFiles.slice(0, mostFiles).map(file => (
            <li key={file}>
              <code>{file}</code>
            </li>
          ))}
          {more > 0 && <li class="faint">and {more} more</li>}
          {change.changedFiles.length === 0 && <li class="faint">none: a date has passed</li>}
        </ul>
      </dd>
    </dl>
  )
}

/** The rest is on the page about TLS. */
const mostCertificates = 5

function Expiring({ certificates }: { readonly certificates: readonly ExpiringCertificate[] }) {
  if (certificates.length === 0) return <p class="muted">None ends within 30 days.</p>
  return (
    <ul class="rows">
      {certificates.slice(0, mostCertificates).map(({ host, secret, daysLeft, notAfter }) => (
        <li key={`${host} ${secret}`}>
          <Badge tone={daysLeft < 0 ? 'error' : 'warning'} title={notAfter}>
            {daysLeft < 0 ? 'has ended' : daysLeft === 0 ? 'ends today' : counted(daysLeft, 'day')}
          </Badge>
          <a href={hrefTo(['tls'], { q: host })}>{host}</a>
          <span class="faint">{secret}</span>
        </li>
      ))}
    </ul>
  )
}

function Served({ facts }: { readonly facts: Facts }) {
  const { hosts, routes, ingresses, services } = facts.counts
  return (
    <dl class="facts">
      {facts.listeners.map(({ name, address }) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>
            <code>{address}</code>
          </dd>
        </Fragment>
      ))}
      <dt>Table</dt>
      <dd>
        {counted(routes, 'route')} on {counted(hosts, 'host')}, of{' '}
        {counted(ingresses, 'Ingress', 'Ingresses')} and {counted(services, 'Service')}
      </dd>
      <dt>Memory</dt>
      <dd>{bytes(facts.memoryBytes)}</dd>
    </dl>
  )
}
