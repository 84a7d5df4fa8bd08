// One route: the way of a request as a picture, with what flows through each part now, and every setting with its place.
import { useMemo, useRef } from 'preact/hooks'
import type { RouteWay } from '../../../src/admin/api/types.ts'
import { At } from '../components/at.tsx'
import { Failed, Loading } from '../components/empty.tsx'
import { PageHead } from '../components/page-head.tsx'
import { Stat } from '../components/stat.tsx'
import { explainHref } from '../explain/asked.ts'
import { useLive } from '../live/use-live.ts'
import { hrefTo } from '../location.ts'
import { PictureView } from '../picture/picture-view.tsx'
import { compact, counted, duration, percent, rate } from '../words/figures.ts'
import { EndpointRateMeter } from './endpoint-rates.ts'
import { PolicyTable } from './policy-table.tsx'
import { pictureOfWay, wayInWords } from './way-picture.ts'

/** The page `#/routes/{id}`. */
export function RoutePage({ id }: { readonly id: string }) {
  const { answer, error, reload } = useLive<RouteWay>(`/api/routes/${encodeURIComponent(id)}`)
  if (answer === undefined)
    return (
      <>
        <PageHead title={id} about={<BackLink />} />
        {error === undefined ? <Loading lines={8} /> : <Failed error={error} reload={reload} />}
      </>
    )
  return <Way way={answer} />
}

function BackLink() {
  return <a href={hrefTo(['routes'])}>All routes</a>
}

function Way({ way }: { readonly way: RouteWay }) {
  const meter = useRef(new EndpointRateMeter())
  const rates = useMemo(() => meter.current.look(way.branches, performance.now()), [way])
  const picture = useMemo(() => pictureOfWay(way, rates, hrefTo), [way, rates])
  const name = `${way.host}${way.isFallback ? ' (any other path)' : way.path}`
  const words = wayInWords(way)
  return (
    <>
      <PageHead
        title={name}
        about={
          <>
            <BackLink /> · Ingress {way.ingress} · <At at={way.at} />
          </>
        }
      >
        {way.url !== undefined && (
          <a class="button" href={explainHref({ url: way.url })}>
            Explain
          </a>
        )}
        <a class="button" href={hrefTo(['requests'], { route: way.id })}>
          Requests
        </a>
      </PageHead>
      {way.closed !== undefined && (
        <div class="banner is-error" role="alert">
          <p>
            <strong>Every request gets 503.</strong> {way.closed}
          </p>
        </div>
      )}
      <RouteStats way={way} />
      <figure class="way">
        <PictureView picture={picture} title={`The way of a request to ${name}`} description={words} />
        <figcaption class="muted">
          Arrows grow with the rate along them. At endpoints it includes what other routes send there.
        </figcaption>
      </figure>
      <details>
        <summary>The same in words</summary>
        <ol class="words">
          {words.map(sentence => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ol>
      </details>
      <h2>Policies</h2>
      <PolicyTable policies={way.policies} />
    </>
  )
}

function RouteStats({ way }: { readonly way: RouteWay }) {
  const { requests, errors, perSecond, errorsPerSecond, latencyMs } = way.figures
  // A rate takes two looks, unless there was nothing to see.
  const none = requests === 0 ? 0 : undefined
  return (
    <div class="stats">
      <Stat label="Rate" value={rate(perSecond ?? none)}>
        {counted(requests, 'request')} since the start
      </Stat>
      <Stat
        label="Errors"
        value={rate(errorsPerSecond ?? none)}
        tone={(errorsPerSecond ?? 0) > 0 ? 'error' : 'plain'}
      >
        {compact(errors)} since the start, {percent(errors, requests)}
      </Stat>
      <Stat label="Half of them within" value={duration(latencyMs?.p50)}>
        90 % within {duration(latencyMs?.p90)}
      </Stat>
      <Stat label="99 % within" value={duration(latencyMs?.p99)}>
        of the last seconds
      </Stat>
    </div>
  )
}
