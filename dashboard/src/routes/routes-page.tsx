// Routes: every rule with what flows through it now.
import { useEffect, useState } from 'preact/hooks'
import type { Figures, RouteList, RouteView } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Badge } from '../components/badge.tsx'
import { Choice } from '../components/choice.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { PageHead } from '../components/page-head.tsx'
import { holdsAll, SearchField, searchWords } from '../components/search-field.tsx'
import { ServiceName } from '../components/service-name.tsx'
import { type Column, Table } from '../components/table.tsx'
import { onEvent, wantEvents } from '../live/connection.ts'
import { type Asked, useApi } from '../live/use-api.ts'
import { hrefTo, place } from '../location.ts'
import { counted, duration, rate } from '../words/figures.ts'
import { RoutePage } from './route-page.tsx'

/** The most that Portico tells at once; of more routes, those that fit what is searched for. */
const limit = 10_000

/** The page `#/routes`, and `#/routes/{id}` for one of them. */
export function RoutesPage() {
  const id = place.value.parts[1]
  return id === undefined ? <AllRoutes /> : <RoutePage key={id} id={id} />
}

function AllRoutes() {
  const words = searchWords()
  const { answer, error, reload } = useRoutes(words.join(' '))
  const figures = useRouteFigures()
  const only = place.value.query.get('only') ?? ''
  const rows = (answer?.routes ?? [])
    .map(route => withFigures(route, figures))
    .filter(route => isShown(route, only) && holdsAll(textOf(route), words))
  return (
    <>
      <PageHead
        title="Routes"
        about={
          answer === undefined ? 'Every rule with what flows through it.' : counted(answer.total, 'route')
        }
      >
        <Choice name="only" label="Which routes" options={choices} />
        <SearchField label="Search host, path, Service, file" />
      </PageHead>
      {error !== undefined && <Failed error={error} reload={reload} />}
      {answer === undefined && error === undefined && <Loading lines={10} />}
      {answer !== undefined && rows.length === 0 && (
        <Empty title={answer.total === 0 ? 'There are no routes' : 'No route fits'} icon="routes">
          {answer.total === 0
            ? 'No Ingress of the manifests has a rule that is served.'
            : 'Try fewer words, or show all.'}
        </Empty>
      )}
      {rows.length > 0 && (
        <Table
          caption="Routes"
          rows={rows}
          columns={columns}
          rowKey={route => route.id}
          href={route => hrefTo(['routes', route.id])}
          rowClass={route => (route.closed === undefined ? '' : 'is-error')}
        />
      )}
    </>
  )
}

/** All routes; where there are more than are told at once, those that hold the words of `search`. */
function useRoutes(search: string): Asked<RouteList> {
  const all = useApi<RouteList>(`/api/routes?limit=${limit}`)
  const isCut = search !== '' && all.answer !== undefined && all.answer.total > all.answer.routes.length
  const found = useApi<RouteList>(
    isCut ? `/api/routes?${new URLSearchParams({ limit: `${limit}`, q: search })}` : undefined,
  )
  return isCut && found.answer !== undefined ? found : all
}

const choices = [
  { value: '', label: 'All' },
  { value: 'busy', label: 'Busy' },
  { value: 'closed', label: 'Closed' },
  { value: 'canary', label: 'Canaries' },
]

function isShown(route: RouteView, only: string): boolean {
  if (only === 'busy') return (route.figures.perSecond ?? 0) > 0
  if (only === 'closed') return route.closed !== undefined
  if (only === 'canary') return route.canaries > 0
  return true
}

const kinds = { exact: 'Exact', prefix: 'Prefix', regex: 'Regex' }

function kindOf(route: RouteView): string {
  return route.isFallback ? 'default' : kinds[route.kind]
}

const columns: readonly Column<RouteView>[] = [
  { key: 'host', title: 'Host', value: route => route.host, isWide: true },
  {
    key: 'path',
    title: 'Path',
    value: route => (route.isFallback ? '' : route.path),
    cell: route => (route.isFallback ? <span class="muted">(any other)</span> : <code>{route.path}</code>),
    isWide: true,
  },
  {
    key: 'type',
    title: 'Type',
    value: kindOf,
    cell: route => (
      <>
        {kindOf(route)} {route.conditions !== undefined && <span class="muted">if {route.conditions}</span>}{' '}
        {route.canaries > 0 && <Badge tone="accent">{counted(route.canaries, 'canary', 'canaries')}</Badge>}
      </>
    ),
  },
  {
    key: 'service',
    title: 'Service',
    value: route => route.service ?? '',
    cell: route =>
      route.service === undefined ? <span class="muted">404</span> : <ServiceName name={route.service} />,
    isWide: true,
  },
  {
    key: 'endpoints',
    title: 'Endpoints',
    value: route => route.endpoints,
    cell: route =>
      route.closed === undefined ? (
        route.endpoints
      ) : (
        <Badge tone="error" title={route.closed}>
          closed
        </Badge>
      ),
    isNumber: true,
  },
  { key: 'tls', title: 'TLS', value: route => (route.hasTls ? 'yes' : '–') },
  {
    key: 'rate',
    title: 'Rate',
    value: route => route.figures.perSecond ?? 0,
    cell: route => rate(route.figures.perSecond),
    isNumber: true,
    hint: 'Requests per second, of the last seconds',
  },
  {
    key: 'errors',
    title: 'Errors',
    value: route => route.figures.errorsPerSecond ?? 0,
    cell: route => <Errors figures={route.figures} />,
    isNumber: true,
    hint: 'Answered with 500 and above, per second',
  },
  {
    key: 'p99',
    title: 'p99',
    value: route => route.figures.latencyMs?.p99,
    cell: route => duration(route.figures.latencyMs?.p99),
    isNumber: true,
    hint: '99 of 100 requests took no longer',
  },
  {
    key: 'at',
    title: 'Written at',
    value: route => route.at,
    cell: route => <At at={route.at} />,
    isWide: true,
  },
]

function Errors({ figures }: { readonly figures: Figures }) {
  const { errorsPerSecond = 0 } = figures
  return errorsPerSecond > 0 ? <span class="error-text">{rate(errorsPerSecond)}</span> : <>–</>
}

function textOf({ host, path, service, ingress, at, closed }: RouteView): string {
  return `${host}${path} ${host} ${path} ${service ?? ''} ${ingress} ${at} ${closed === undefined ? '' : 'closed'}`
}

/** Figures of busy routes, each second; those that are not busy any more are not told. */
function useRouteFigures(): ReadonlyMap<string, Figures> | undefined {
  const [figures, setFigures] = useState<ReadonlyMap<string, Figures>>()
  useEffect(() => {
    const ends = [
      wantEvents({ routes: '1' }),
      onEvent('figures', ({ routes }) => {
        if (routes !== undefined) setFigures(new Map(routes.map(route => [route.id, route.figures])))
      }),
    ]
    return () => {
      for (const end of ends) end()
    }
  }, [])
  return figures
}

function withFigures(route: RouteView, figures: ReadonlyMap<string, Figures> | undefined): RouteView {
  if (figures === undefined) return route
  const { requests, errors } = route.figures
  return {
    ...route,
    figures: figures.get(route.id) ?? { requests, errors, perSecond: 0, errorsPerSecond: 0 },
  }
}
