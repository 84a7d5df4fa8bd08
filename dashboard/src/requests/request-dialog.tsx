// One request in full: where its time went, which endpoints were asked, and what can be done with it.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import type { AttemptView, ReplayAnswer, RequestView } from '../../../src/admin/api/live-types.ts'
import { Badge } from '../components/badge.tsx'
import { CopyButton } from '../components/copy-button.tsx'
import { Dialog } from '../components/dialog.tsx'
import { Icon } from '../components/icon.tsx'
import { toast } from '../components/toast.tsx'
import { explainHref } from '../explain/asked.ts'
import { type ApiError, order } from '../live/api.ts'
import { hrefTo } from '../location.ts'
import { bytes, duration } from '../words/figures.ts'
import { ReplayView } from './replay-view.tsx'
import { statusTone } from './requests-page.tsx'
import { TimeBar } from './time-bar.tsx'

/** Methods that change nothing, which may be sent again without asking (RFC 9110, 9.2.1). */
const safe = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Shows `request` over the page. */
export function RequestDialog(props: { readonly request: RequestView; readonly onClose: () => void }) {
  const { request } = props
  const [replay, setReplay] = useState<ReplayAnswer>()
  const [isAsking, setAsking] = useState(false)
  const url = `${request.scheme}://${request.authority}${request.target}`
  const send = async (confirm: boolean) => {
    setAsking(false)
    try {
      setReplay(await order<ReplayAnswer>('/api/replay', { id: request.id, ...(confirm ? { confirm } : {}) }))
    } catch (error) {
      toast((error as ApiError).message, { tone: 'error' })
    }
  }
  return (
    <Dialog title={`${request.method} ${request.target}`} onClose={props.onClose}>
      <div class="request">
        <p class="request-url">
          <Badge tone={statusTone(request.status)}>{request.status}</Badge> <code>{url}</code>
        </p>
        <div class="request-tools">
          {request.curl !== undefined && <CopyButton text={request.curl} label="Copy as curl" shows />}
          <a
            class="button"
            href={explainHref({ method: request.method, url, clientAddress: request.clientAddress })}
          >
            <Icon name="explain" /> Explain
          </a>
          <button
            type="button"
            onClick={() => (safe.has(request.method) ? send(false) : setAsking(true))}
            disabled={request.method === ''}
          >
            <Icon name="replay" /> Replay
          </button>
        </div>
        {isAsking && (
          <div class="banner is-warning" role="alert">
            <p>
              <strong>{request.method} may change something.</strong> It is sent without a body.
            </p>
            <button type="button" class="primary" onClick={() => send(true)}>
              Send it again
            </button>
            <button type="button" onClick={() => setAsking(false)}>
              Cancel
            </button>
          </div>
        )}
        {replay !== undefined && <ReplayView answer={replay} before={request} />}
        <TimeBar request={request} />
        <Attempts attempts={request.attempts} />
        <Facts request={request} />
      </div>
    </Dialog>
  )
}

function Attempts({ attempts }: { readonly attempts: readonly AttemptView[] }) {
  if (attempts.length === 0) return <p class="muted">No endpoint was asked.</p>
  return (
    <>
      <h3>Endpoints asked</h3>
      <ol class="attempts">
        {attempts.map((attempt, index) => (
          <li key={index}>
            <code>{attempt.endpoint}</code>{' '}
            {attempt.status !== undefined && (
              <Badge tone={statusTone(attempt.status)}>{attempt.status}</Badge>
            )}{' '}
            {attempt.failure !== undefined && <span class="error-text">{attempt.failure}</span>}
            <span class="muted">{timesOf(attempt)}</span>
          </li>
        ))}
      </ol>
    </>
  )
}

function timesOf({ connectMs, headMs, durationMs }: AttemptView): string {
  const parts = [
    connectMs === undefined || connectMs === 0
      ? 'connection was open'
      : `connected in ${duration(connectMs)}`,
    headMs === undefined ? 'no response head' : `head after ${duration(headMs)}`,
    `${duration(durationMs)} in all`,
  ]
  return parts.join(' · ')
}

function Facts({ request }: { readonly request: RequestView }) {
  const { route, ingress, service, isCanary, variant, cause, traceId } = request
  const branch = variant ?? (isCanary ? 'canary' : undefined)
  return (
    <>
      <h3>Facts</h3>
      <dl class="request-facts">
        {cause !== undefined && <Fact name="Cause">{cause}</Fact>}
        <Fact name="Rule">
          {route === undefined ? 'none took it' : <a href={hrefTo(['routes', route])}>{route}</a>}
        </Fact>
        {ingress !== undefined && <Fact name="Ingress">{ingress}</Fact>}
        {service !== undefined && (
          <Fact name="Service">
            <a href={hrefTo(['services'], { q: service })}>{service}</a>{' '}
            {branch !== undefined && <Badge tone="accent">{branch}</Badge>}
          </Fact>
        )}
        <Fact name="Ended">{new Date(request.time).toLocaleString('en-GB')}</Fact>
        <Fact name="Client">{request.clientAddress}</Fact>
        <Fact name="Protocol">
          HTTP/{request.version} over {request.scheme}
        </Fact>
        <Fact name="Received">{bytes(request.requestBytes)}</Fact>
        <Fact name="Sent">{bytes(request.responseBytes)}</Fact>
        <Fact name="User agent">{request.userAgent || '–'}</Fact>
        <Fact name="Request id">
          <code>{request.requestId || '–'}</code>
        </Fact>
        {traceId !== undefined && (
          <Fact name="Trace">
            <code>{traceId}</code>
          </Fact>
        )}
      </dl>
    </>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
