// What TLS clients get, host by host, and why.
import { useMemo } from 'preact/hooks'
import type { CertificateFactsView, CertificateList, HostVerdictView } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Badge, type Tone } from '../components/badge.tsx'
import { Choice } from '../components/choice.tsx'
import { CutList } from '../components/cut-list.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { PageHead } from '../components/page-head.tsx'
import { holdsAll, SearchField, searchWords } from '../components/search-field.tsx'
import { ShowMore, usePortion } from '../components/show-more.tsx'
import { useApi } from '../live/use-api.ts'
import { useSettled } from '../live/use-settled.ts'
import { place } from '../location.ts'
import { counted } from '../words/figures.ts'
import { day } from '../words/times.ts'

export function Tls() {
  const { answer: first, error, reload } = useApi<CertificateList>('/api/certificates')
  const verdict = place.value.query.get('verdict') ?? ''
  const words = searchWords().join(' ')
  // Where there are more hosts than Portico tells at once, it is Portico that searches.
  const asked = useSettled(words)
  const isCut = first !== undefined && first.total > first.hosts.length
  const { answer: searched } = useApi<CertificateList>(
    isCut && asked !== '' ? `/api/certificates?${new URLSearchParams({ q: asked })}` : undefined,
  )
  const answer = searched ?? first
  const found = useMemo(() => {
    const all = words.split(' ').filter(Boolean)
    const hosts = answer?.hosts.filter(
      host => (verdict === '' || host.verdict === verdict) && holdsAll(textOf(host), all),
    )
    return hosts?.toSorted((a, b) => worst.indexOf(a.verdict) - worst.indexOf(b.verdict))
  }, [answer, verdict, words])

  return (
    <>
      <PageHead title="TLS" about="Which certificate each host is served with, and what clients make of it.">
        <Choice name="verdict" label="Verdict" options={optionsFor(answer?.hosts)} />
        <SearchField label="Search hosts" />
      </PageHead>
      {error !== undefined && answer === undefined ? (
        <Failed error={error} reload={reload} />
      ) : found === undefined ? (
        <Loading />
      ) : (
        <>
          <CutList shown={answer?.hosts.length ?? 0} total={answer?.total ?? 0} what="hosts" />
          <Hosts found={found} isFiltered={verdict !== '' || words !== ''} />
        </>
      )}
    </>
  )
}

/** In the order they are shown. */
const worst: readonly HostVerdictView['verdict'][] = ['error', 'warning', 'good']
const verdictWords = { good: 'good', warning: 'warning', error: 'error' }
const verdictTones: Record<HostVerdictView['verdict'], Tone> = {
  good: 'ok',
  warning: 'warning',
  error: 'error',
}

function optionsFor(hosts: readonly HostVerdictView[] | undefined) {
  const count = (verdict: string) => hosts?.filter(host => host.verdict === verdict).length ?? ''
  return [
    { value: '', label: `All ${hosts?.length ?? ''}` },
    { value: 'error', label: `Errors ${count('error')}` },
    { value: 'warning', label: `Warnings ${count('warning')}` },
    { value: 'good', label: `Good ${count('good')}` },
  ]
}

function Hosts({
  found,
  isFiltered,
}: {
  readonly found: readonly HostVerdictView[]
  readonly isFiltered: boolean
}) {
  const [shown, more] = usePortion(found, 100)
  if (found.length === 0) {
    return isFiltered ? (
      <Empty title="No host is like this" icon="search">
        <a href="#/tls">Show all</a>
      </Empty>
    ) : (
      <Empty title="No hosts yet" icon="tls">
        An Ingress with a host in its rules appears here at once.
      </Empty>
    )
  }
  return (
    <>
      <ul class="folds card" aria-label={counted(found.length, 'host')}>
        {shown.map(host => (
          <li key={host.host}>
            <details open={found.length === 1}>
              <summary>
                <Icon name="chevron" />
                <Badge tone={verdictTones[host.verdict]}>{verdictWords[host.verdict]}</Badge>
                <strong>{host.host}</strong>
                <span class="muted">{servedWith(host)}</span>
                <Ending facts={host.facts} />
              </summary>
              <Verdict host={host} />
            </details>
          </li>
        ))}
      </ul>
      <ShowMore {...more} />
    </>
  )
}

/** The certificate in a few words. */
function servedWith({ handshake, handedOnTo, certificate, secret }: HostVerdictView): string {
  if (handshake === 'refused') return 'handshakes are refused'
  if (handshake === 'handed on') return `handed on to ${handedOnTo ?? 'the backend'}`
  return certificate === 'secret' ? `Secret ${secret}` : 'local certificate authority'
}

/** A certificate is to be renewed when it has less than this left. */
const soonDays = 30

function Ending({ facts }: { readonly facts: CertificateFactsView | undefined }) {
  if (facts === undefined) return <span class="ending" />
  const { daysLeft, notAfter } = facts
  const text = daysLeft < 0 ? `ended ${day(notAfter)}` : `${counted(daysLeft, 'day')} left`
  return (
    <span class={`ending ${daysLeft < soonDays ? 'is-soon' : 'faint'}`} title={notAfter}>
      {text}
    </span>
  )
}

const trustWords = {
  public: 'publicly trusted',
  'local-ca': 'trusted where the local authority is',
  itself: 'signed by itself: no client trusts it unasked',
  unknown: 'an authority that this machine does not know',
}

function Verdict({ host }: { readonly host: HostVerdictView }) {
  const { facts } = host
  return (
    <div class="host-verdict">
      {host.findings.length > 0 && (
        <ul class="rows">
          {host.findings.map(text => (
            <Remark key={text} text={text} />
          ))}
        </ul>
      )}
      <dl class="facts">
        <dt>Why this one</dt>
        <dd>{host.why}</dd>
        {host.at !== undefined && (
          <>
            <dt>Written at</dt>
            <dd>
              <At at={host.at} />
            </dd>
          </>
        )}
        {facts !== undefined && <Facts facts={facts} />}
        <dt>Protocols</dt>
        <dd>
          {host.versions.min === host.versions.max
            ? host.versions.min
            : `${host.versions.min} to ${host.versions.max}`}
        </dd>
        <dt>Client certificate</dt>
        <dd>{host.asksForClientCertificate ? 'asked for' : 'not asked for'}</dd>
        {host.stapledUntil !== undefined && (
          <>
            <dt>Stapled until</dt>
            <dd>{day(host.stapledUntil)}</dd>
          </>
        )}
        <dt>Paths</dt>
        <dd>
          {counted(host.paths, 'path')}
          {host.closed.map(reason => (
            <Badge key={reason} tone="error">
              {reason}
            </Badge>
          ))}
        </dd>
      </dl>
    </div>
  )
}

function Facts({ facts }: { readonly facts: CertificateFactsView }) {
  return (
    <>
      <dt>Names</dt>
      <dd>{facts.names.join(', ')}</dd>
      <dt>Valid</dt>
      <dd>
        {day(facts.notBefore)} to {day(facts.notAfter)}
      </dd>
      <dt>Issuer</dt>
      <dd>
        {facts.issuer} <span class="faint">{trustWords[facts.trust]}</span>
      </dd>
      <dt>Chain</dt>
      <dd>{facts.chain.join(' ← ')}</dd>
      <dt>Key</dt>
      <dd>
        {facts.key}, {facts.signature}
      </dd>
    </>
  )
}

/** A finding is `severity code message`. */
function Remark({ text }: { readonly text: string }) {
  const [severity = '', code = '', ...message] = text.split(' ')
  const tone: Tone = severity === 'error' || severity === 'warning' ? severity : 'note'
  return (
    <li>
      <Badge tone={tone}>{severity}</Badge>
      <span>{message.join(' ')}</span>
      <a href={`#/problems/${encodeURIComponent(code)}`}>{code}</a>
    </li>
  )
}

function textOf({ host, secret = '', verdict, findings, facts }: HostVerdictView): string {
  return `${host} ${secret} ${verdict} ${findings.join(' ')} ${facts?.issuer ?? ''}`
}
