// Requests: the live tail with its filters, and one request in full.
import { useEffect, useMemo, useState } from 'preact/hooks'
import type { RequestView } from '../../../src/admin/api/live-types.ts'
import { Badge, type Tone } from '../components/badge.tsx'
import { Empty } from '../components/empty.tsx'
import { Icon } from '../components/icon.tsx'
import { PageHead } from '../components/page-head.tsx'
import { SearchField } from '../components/search-field.tsx'
import { ServiceName } from '../components/service-name.tsx'
import { place, setQuery } from '../location.ts'
import { counted, duration } from '../words/figures.ts'
import { createRequestFilter, type RequestFilter, serverQuery } from './filter-requests.ts'
import { RequestDialog } from './request-dialog.tsx'
import { type Tail, useTail } from './tail.ts'

/** Rows drawn; the others are kept and found by filters. */
const shown = 200
/** Typing is over when nothing was typed for so long: each change of what Portico filters opens the stream anew. */
const typingMs = 500

/** The page `#/requests`. */
export function RequestsPage() {
  const { query } = place.value
  const filter = readFilter(query)
  const route = query.get('route') ?? ''
  const tail = useTail(useSettled(serverQuery(filter, route)))
  const [chosen, setChosen] = useState<RequestView>()
  const passing = useMemo(() => {
    const passes = createRequestFilter(filter)
    return tail.requests.filter(request => (route === '' || request.route === route) && passes(request))
  }, [tail.requests, query])

  return (
    <>
      <PageHead title="Requests" about={<About tail={tail} passing={passing.length} />}>
        <button type="button" aria-pressed={tail.isPaused} onClick={() => tail.pause(!tail.isPaused)}>
          <Icon name={tail.isPaused ? 'play' : 'pause'} />
          {tail.isPaused ? `Go on (${tail.waiting} waiting)` : 'Pause'}
        </button>
        <button type="button" onClick={tail.clear}>
          Clear
        </button>
      </PageHead>
      <Filters filter={filter} route={route} />
      {passing.length === 0 ? (
        <Nothing tail={tail} />
      ) : (
        <RequestTable requests={passing.slice(0, shown)} choose={setChosen} />
      )}
      {passing.length > shown && (
        <p class="muted">
          The latest {shown} of {passing.length.toLocaleString('en')} are shown: filters reach the others.
        </p>
      )}
      {chosen !== undefined && <RequestDialog request={chosen} onClose={() => setChosen(undefined)} />}
    </>
  )
}

function About({ tail, passing }: { readonly tail: Tail; readonly passing: number }) {
  const { requests, skipped } = tail
  return (
    <>
      {passing === requests.length
        ? counted(passing, 'request')
        : `${passing.toLocaleString('en')} of ${counted(requests.length, 'request')}`}
      {skipped > 0 && `, ${skipped.toLocaleString('en')} more came too fast to be shown: filters help`}
    </>
  )
}

function Nothing({ tail }: { readonly tail: Tail }) {
  const hasSome = tail.requests.length > 0
  return (
    <Empty title={hasSome ? 'No request fits' : 'Waiting for requests'} icon="requests">
      {hasSome
        ? 'None of those that came passes the filters.'
        : 'They are recorded only while this page is open. Each appears here when it has ended.'}
    </Empty>
  )
}

function readFilter(query: URLSearchParams): RequestFilter {
  const one = (name: string) => query.get(name) ?? ''
  return {
    search: one('q'),
    status: one('status'),
    minMs: one('min'),
    service: one('service'),
    ingress: one('ingress'),
  }
}

function Filters({ filter, route }: { readonly filter: RequestFilter; readonly route: string }) {
  return (
    <div class="filters">
      <SearchField label="Search method, host, path" />
      <Filter name="status" label="Status" placeholder="404, 5xx, >=400" value={filter.status} />
      <Filter name="min" label="Slower than, ms" placeholder="100" value={filter.minMs} />
      <Filter name="service" label="Service" placeholder="shop/cart" value={filter.service} />
      <Filter name="ingress" label="Ingress" placeholder="shop/web" value={filter.ingress} />
      {route !== '' && (
        <button type="button" class="chip" onClick={() => setQuery({ route: '' })}>
          Route {route} <Icon name="close" />
          <span class="unseen">: show all routes</span>
        </button>
      )}
    </div>
  )
}

function Filter(props: { name: string; label: string; placeholder: string; value: string }) {
  return (
    <label class="filter">
      <span>{props.label}</span>
      <input
        spellcheck={false}
        placeholder={props.placeholder}
        value={props.value}
        onInput={event => setQuery({ [props.name]: event.currentTarget.value })}
      />
    </label>
  )
}

/** The value, when it has not changed for a moment. */
function useSettled(value: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [settled, setSettled] = useState(value)
  const text = JSON.stringify(value)
  useEffect(() => {
    if (JSON.stringify(settled) === text) return
    const timer = setTimeout(() => setSettled(value), typingMs)
    return () => clearTimeout(timer)
  }, [text])
  return settled
}

function RequestTable(props: {
  readonly requests: readonly RequestView[]
  readonly choose: (request: RequestView) => void
}) {
  return (
    <div class="table requests">
      <table>
        <caption class="unseen">Requests, the latest first</caption>
        <thead>
          <tr>
            <th scope="col">Request</th>
            <th scope="col">Status</th>
            <th scope="col" class="number">
              Duration
            </th>
            <th scope="col">Service</th>
            <th scope="col">Endpoint</th>
            <th scope="col" class="number">
              Ended
            </th>
          </tr>
        </thead>
        <tbody>
          {props.requests.map(request => (
            <RequestRow key={request.id} request={request} choose={props.choose} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function RequestRow({ request, choose }: { request: RequestView; choose: (request: RequestView) => void }) {
  const { method, authority, target, status, durationMs, service, attempts, cause, isCanary, variant } =
    request
  return (
    <tr>
      <td class="wide">
        <button type="button" class="row-button" onClick={() => choose(request)}>
          <span class="method">{method || '–'}</span> <span class="muted">{authority}</span>
          {target}
        </button>
      </td>
      <td data-title="Status">
        <span>
          <Badge tone={statusTone(status)}>{status}</Badge>{' '}
          {cause !== undefined && <span class="muted">{cause}</span>}
        </span>
      </td>
      <td data-title="Duration" class="number">
        {duration(durationMs)}
      </td>
      <td data-title="Service" class="wide">
        <span>
          {service === undefined ? <span class="muted">–</span> : <ServiceName name={service} />}{' '}
          {(isCanary || variant !== undefined) && <Badge tone="accent">{variant ?? 'canary'}</Badge>}
        </span>
      </td>
      <td data-title="Endpoint">
        <span>
          {attempts.at(-1)?.endpoint ?? <span class="muted">–</span>}{' '}
          {attempts.length > 1 && <Badge tone="warning">{attempts.length} attempts</Badge>}
        </span>
      </td>
      <td data-title="Ended" class="number muted">
        {clockTime(request.time)}
      </td>
    </tr>
  )
}

/** The colour of a status. */
export function statusTone(status: number): Tone {
  if (status >= 500) return 'error'
  if (status >= 400) return 'warning'
  return status >= 300 ? 'note' : 'ok'
}

function clockTime(time: number): string {
  const date = new Date(time)
  return `${date.toLocaleTimeString('en-GB')}.${String(date.getMilliseconds()).padStart(3, '0')}`
}
