// Services: who serves them, how each endpoint does, and taking one out of traffic and back.
import { useState } from 'preact/hooks'
import type { EndpointView, ServiceList, ServiceView } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Choice } from '../components/choice.tsx'
import { Empty, Failed, Loading } from '../components/empty.tsx'
import { PageHead } from '../components/page-head.tsx'
import { holdsAll, SearchField, searchWords } from '../components/search-field.tsx'
import { useLive } from '../live/use-live.ts'
import { hrefTo, place } from '../location.ts'
import { counted } from '../words/figures.ts'
import { undrain } from './drain.ts'
import { DrainDialog } from './drain-dialog.tsx'
import { EndpointRow } from './endpoint-row.tsx'

/** Services drawn at first, and more each time. */
const portion = 60

/** An endpoint that somebody wants to drain. */
interface Chosen {
  readonly service: ServiceView
  readonly endpoint: EndpointView
}

/** The page `#/services`. */
export function ServicesPage() {
  const { answer, error, reload } = useLive<ServiceList>('/api/services')
  const [chosen, setChosen] = useState<Chosen>()
  const [shown, setShown] = useState(portion)
  const words = searchWords()
  const only = place.value.query.get('only') ?? ''
  const services = (answer?.services ?? []).filter(
    service => holdsAll(textOf(service), words) && (only !== 'away' || service.endpoints.some(isAway)),
  )
  return (
    <>
      <PageHead
        title="Services"
        about={answer === undefined ? 'Who serves requests, and how they do.' : about(answer)}
      >
        <Choice
          name="only"
          label="Which Services"
          options={[
            { value: '', label: 'All' },
            { value: 'away', label: 'With endpoints away' },
          ]}
        />
        <SearchField label="Search Service, address, state" />
      </PageHead>
      {error !== undefined && <Failed error={error} reload={reload} />}
      {answer === undefined && error === undefined && <Loading lines={8} />}
      {answer !== undefined && services.length === 0 && (
        <Empty
          title={answer.services.length === 0 ? 'No Service is used' : 'No Service fits'}
          icon="services"
        >
          {answer.services.length === 0
            ? 'No rule that is served names one.'
            : 'Try fewer words, or show all.'}
        </Empty>
      )}
      {services.slice(0, shown).map(service => (
        <ServiceSection
          key={service.service}
          service={service}
          drain={endpoint => setChosen({ service, endpoint })}
          reload={reload}
        />
      ))}
      {services.length > shown && (
        <button type="button" onClick={() => setShown(shown + portion)}>
          Show more of {counted(services.length, 'Service')}
        </button>
      )}
      {chosen !== undefined && (
        <DrainDialog {...chosen} onClose={() => setChosen(undefined)} onDone={reload} />
      )}
    </>
  )
}

function isAway(endpoint: EndpointView): boolean {
  return endpoint.state !== 'ready'
}

function about({ services }: ServiceList): string {
  const endpoints = services.flatMap(service => service.endpoints)
  const away = endpoints.filter(isAway).length
  const state = away === 0 ? 'all get requests' : `${away} away`
  return `${counted(services.length, 'Service')}, ${counted(endpoints.length, 'endpoint')}, ${state}`
}

function textOf({ service, source = '', endpoints }: ServiceView): string {
  return `${service} ${source} ${endpoints.map(({ address, state }) => `${address} ${state}`).join(' ')}`
}

function ServiceSection(props: {
  readonly service: ServiceView
  readonly drain: (endpoint: EndpointView) => void
  readonly reload: () => void
}) {
  const { service: view, drain, reload } = props
  return (
    <section class="card service" aria-label={view.service}>
      <header>
        <h2>{view.service}</h2>
        <a href={hrefTo(['routes'], { q: view.service })}>{counted(view.routes.length, 'route')}</a>
      </header>
      <p class="service-about muted">
        {view.source === undefined ? 'Nobody lists its endpoints.' : `by ${view.source}`}{' '}
        {view.at !== undefined && <At at={view.at} />}
        {view.picking.map(picking => (
          <span key={picking}> · {picking}</span>
        ))}
        {view.notReady > 0 && <span> · {view.notReady} more are not ready</span>}
      </p>
      {view.endpoints.length === 0 ? (
        <p class="service-none error-text">No endpoint: requests get 503.</p>
      ) : (
        <div class="table endpoints">
          <table>
            <caption class="unseen">Endpoints of {view.service}</caption>
            <thead>
              <tr>
                <th scope="col">Endpoint</th>
                <th scope="col">State</th>
                <th scope="col" class="number">
                  In flight
                </th>
                <th scope="col" class="number">
                  Idle
                </th>
                <th scope="col" class="number">
                  Response
                </th>
                <th scope="col" class="number">
                  Answered
                </th>
                <th scope="col" class="number">
                  Failed
                </th>
                <th scope="col" class="number">
                  Ejections
                </th>
                <th scope="col">
                  <span class="unseen">Actions</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {view.endpoints.map(endpoint => (
                <EndpointRow
                  key={endpoint.address}
                  endpoint={endpoint}
                  drain={() => drain(endpoint)}
                  undrain={() => void undrain(view.service, endpoint.address).then(reload)}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  )
}
