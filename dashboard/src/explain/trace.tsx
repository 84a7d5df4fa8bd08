// The trace of an explanation: a step for each thing that was decided, in the order it is decided, each with who lost and why.
import type { ComponentChildren } from 'preact'
import { At } from '../components/at.tsx'
import { hrefTo } from '../location.ts'
import { explainHref } from './asked.ts'
import type { CanaryCandidate, Explanation, HostCandidate, NearRule, PathCandidate } from './explanation.ts'
import { PolicySteps } from './policy-steps.tsx'
import { Shares } from './shares.tsx'

/** Losers beyond these are shown on demand. */
const shownLosers = 3

/** All steps of an explanation. */
export function Trace({ explanation }: { readonly explanation: Explanation }) {
  const { certificate, hosts, paths, policies, canary, rewrite, upstream, sent, answer, nearest } =
    explanation
  return (
    <ol class="trace">
      {certificate !== undefined && <CertificateStep certificate={certificate} />}
      {hosts.length > 0 && <HostStep hosts={hosts} />}
      {paths.length > 0 && <PathStep paths={paths} />}
      {nearest !== undefined && nearest.length > 0 && (
        <NearestStep nearest={nearest} explanation={explanation} />
      )}
      {policies !== undefined && policies.length > 0 && (
        <Step name="Policies">
          <PolicySteps policies={policies} />
        </Step>
      )}
      {canary !== undefined && <CanaryStep canary={canary} />}
      {rewrite !== undefined && <RewriteStep rewrite={rewrite} />}
      {upstream !== undefined && <UpstreamStep upstream={upstream} />}
      {explanation.shares !== undefined && (
        <Step name={`Asked ${explanation.shares.times} times`}>
          <Shares shares={explanation.shares} />
        </Step>
      )}
      {sent !== undefined && (
        <Step name={`Sent to ${sent.endpoint}`} note={`${sent.protocol}${sent.tls ? ' over TLS' : ''}`}>
          <pre class="head">{sent.lines.join('\n')}</pre>
        </Step>
      )}
      {answer !== undefined && <AnswerStep answer={answer} />}
    </ol>
  )
}

/** One step of a trace. */
export function Step(props: { name: string; note?: string | undefined; children: ComponentChildren }) {
  return (
    <li class="trace-step">
      <h2>
        {props.name}
        {props.note !== undefined && <span class="trace-note">{props.note}</span>}
      </h2>
      {props.children}
    </li>
  )
}

function Written({ at }: { readonly at: string | undefined }) {
  return at === undefined ? null : <At at={at} />
}

function Candidate(props: { taken: boolean; children: ComponentChildren; reason: string; at?: string }) {
  return (
    <li class={props.taken ? 'candidate taken' : 'candidate'}>
      <span class="candidate-mark" aria-hidden="true">
        {props.taken ? '✓' : '×'}
      </span>
      <div>
        <div class="candidate-name">
          {props.children}
          <span class="unseen">{props.taken ? ' (taken)' : ' (not taken)'}</span>
        </div>
        <div class="candidate-reason">{props.reason}</div>
        <Written at={props.at} />
      </div>
    </li>
  )
}

/** The one that was taken and the first losers; the others on demand. */
function Candidates<Item extends { readonly taken: boolean }>(props: {
  readonly items: readonly Item[]
  readonly render: (item: Item, index: number) => ComponentChildren
}) {
  const { items, render } = props
  const shown = items.filter(item => item.taken).length + shownLosers
  const rest = items.slice(shown)
  return (
    <>
      <ul class="candidates">{items.slice(0, shown).map(render)}</ul>
      {rest.length > 0 && (
        <details>
          <summary>{rest.length} more</summary>
          <ul class="candidates">{rest.map(render)}</ul>
        </details>
      )}
    </>
  )
}

function CertificateStep({ certificate }: { readonly certificate: NonNullable<Explanation['certificate']> }) {
  const { handshake, handedOnTo, certificate: kind, secret, at, why } = certificate
  const name =
    handshake === 'refused'
      ? 'the handshake is refused'
      : handshake === 'handed on'
        ? `handed on unread to ${handedOnTo}`
        : kind === 'secret'
          ? `Secret ${secret}`
          : 'the local CA signs one'
  return (
    <Step name="Certificate">
      <ul class="candidates">
        <Candidate taken={handshake !== 'refused'} reason={why} at={at}>
          {name}
        </Candidate>
      </ul>
    </Step>
  )
}

function HostStep({ hosts }: { readonly hosts: readonly HostCandidate[] }) {
  return (
    <Step name="Host">
      <Candidates
        items={hosts}
        render={({ host, kind, aliasOf, taken, reason, at }) => (
          <Candidate key={`${kind} ${host}`} taken={taken} reason={reason} at={at}>
            <code>{host}</code>{' '}
            <span class="muted">{aliasOf === undefined ? kind : `alias of ${aliasOf}`}</span>
          </Candidate>
        )}
      />
    </Step>
  )
}

function PathStep({ paths }: { readonly paths: readonly PathCandidate[] }) {
  return (
    <Step name="Path">
      <Candidates
        items={paths}
        render={({ path, type, conditions, ingress, service, taken, reason, at }, index) => (
          <Candidate key={index} taken={taken} reason={reason} at={at}>
            {path !== undefined && <code>{path}</code>} <span class="muted">{type}</span>
            {conditions !== undefined && <span class="muted"> if {conditions}</span>} →{' '}
            {service ?? 'the built-in 404'} <span class="muted">Ingress {ingress}</span>
          </Candidate>
        )}
      />
    </Step>
  )
}

function NearestStep(props: { readonly nearest: readonly NearRule[]; readonly explanation: Explanation }) {
  const { scheme, method } = props.explanation.request
  return (
    <Step name="Did you mean">
      <ul class="candidates">
        {props.nearest.map(({ host, path, ingress, why, at }) => (
          <li class="candidate" key={`${host}${path}${ingress}`}>
            <span class="candidate-mark" aria-hidden="true">
              ≈
            </span>
            <div>
              <a href={explainHref({ method, url: `${scheme}://${host}${path}` })}>
                {host}
                {path}
              </a>{' '}
              <span class="muted">Ingress {ingress}</span>
              <div class="candidate-reason">{why}</div>
              <Written at={at} />
            </div>
          </li>
        ))}
      </ul>
    </Step>
  )
}

function CanaryStep({ canary }: { readonly canary: NonNullable<Explanation['canary']> }) {
  const { draw, candidates } = canary
  return (
    <Step name="Canary" note={draw === undefined ? 'nothing was drawn' : `drew ${draw.toFixed(4)}`}>
      {draw !== undefined && <DrawLine draw={draw} candidates={candidates} />}
      <Candidates
        items={candidates}
        render={({ ingress, service, variant, taken, reason, at }) => (
          <Candidate key={ingress} taken={taken} reason={reason} at={at}>
            {variant !== undefined && `${variant}: `}
            {service} <span class="muted">Ingress {ingress}</span>
          </Candidate>
        )}
      />
    </Step>
  )
}

/** The slices of the draw, and where it fell. */
function DrawLine({ draw, candidates }: { draw: number; candidates: readonly CanaryCandidate[] }) {
  return (
    <svg class="draw-line" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img">
      <title>{`The draw fell on ${draw.toFixed(4)} between 0 and 1`}</title>
      <rect x="0" y="6" width="1000" height="12" class="draw-rest" />
      {candidates.map(({ ingress, slice, taken }) =>
        slice === undefined ? null : (
          <rect
            key={ingress}
            x={slice.from * 1000}
            y="6"
            width={(slice.to - slice.from) * 1000}
            height="12"
            class={taken ? 'draw-slice taken' : 'draw-slice'}
          />
        ),
      )}
      <rect x={Math.min(draw * 1000, 997)} y="0" width="3" height="24" class="draw-mark" />
    </svg>
  )
}

function RewriteStep({ rewrite }: { readonly rewrite: NonNullable<Explanation['rewrite']> }) {
  return (
    <Step name="Rewrite" note={`${rewrite.pattern} → ${rewrite.template}`}>
      <p>
        <code>{rewrite.from}</code> becomes <code>{rewrite.to}</code>
      </p>
    </Step>
  )
}

function UpstreamStep({ upstream }: { readonly upstream: NonNullable<Explanation['upstream']> }) {
  const { service, endpoints, notReady, source, at, picking, problem } = upstream
  return (
    <Step name="Service" note={picking}>
      <p>
        <a href={hrefTo(['services'], { q: service })}>{service}</a>{' '}
        {source !== undefined && <span class="muted">by {source}</span>} <Written at={at} />
      </p>
      {problem !== undefined && <p class="error-text">{problem}</p>}
      <Candidates
        items={endpoints.map(endpoint => ({ ...endpoint, taken: endpoint.picked }))}
        render={({ address, picked, leftOut, inFlight }) => (
          <Candidate
            key={address}
            taken={picked}
            reason={[leftOut, inFlight === undefined ? undefined : `${inFlight} in flight`]
              .filter(Boolean)
              .join(', ')}
          >
            <code>{address}</code>
          </Candidate>
        )}
      />
      {notReady > 0 && <p class="muted">{notReady} more are listed, but not ready</p>}
    </Step>
  )
}

function AnswerStep({ answer }: { readonly answer: NonNullable<Explanation['answer']> }) {
  const { status, reason, lines, body, advice, page } = answer
  return (
    <Step name={`Portico answers ${status}`}>
      <p>{reason}</p>
      {advice !== undefined && <p class="advice">{advice}</p>}
      {page !== undefined && <p class="muted">{page} is asked for a page in its place</p>}
      <pre class="head">{[...lines, ...(body === undefined ? [] : ['', body])].join('\n')}</pre>
    </Step>
  )
}
