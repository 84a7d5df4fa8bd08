// The way of a request through one route as a picture: listener → host → path → policies → canaries and own backend → endpoints.
import type { BranchView, EndpointView, RouteWay } from '../../../src/admin/api/types.ts'
import type { Picture, PictureBranch, PictureNode, Tone } from '../picture/picture.ts'
import { duration, percent, rate } from '../words/figures.ts'

/** Settings named in the box of policies; the page lists all of them below the picture. */
const shownSettings = 6
/** Endpoints drawn for each backend: more would be a wall. */
const shownEndpoints = 8

/** What is measured at endpoints: requests per second by `service address`, of all routes that send requests there. */
export type EndpointRates = ReadonlyMap<string, number>

/** Makes addresses of the dashboard: `hrefTo` of location.ts, which needs a browser. */
export type MakeHref = (parts: readonly string[], query: Readonly<Record<string, string>>) => string

/** The picture of a route. */
export function pictureOfWay(way: RouteWay, rates: EndpointRates, hrefTo: MakeHref): Picture {
  const flow = way.figures.perSecond
  const tone = way.closed === undefined ? 'accent' : 'bad'
  return {
    sources: way.listeners
      .filter(listener => listener.name !== 'admin')
      .map(listener => ({ node: listenerNode(listener), arrow: { rate: undefined, tone: 'plain' } })),
    root: hostNode(way, hrefTo),
    next: [
      {
        node: pathNode(way),
        arrow: { rate: flow, tone },
        next: [
          {
            node: policiesNode(way),
            arrow: { rate: flow, tone },
            next: branchesOf(way, rates, hrefTo),
          },
        ],
      },
    ],
  }
}

/** The key of an endpoint in `EndpointRates`. */
export function rateKey(service: string, address: string): string {
  return `${service} ${address}`
}

function listenerNode(listener: RouteWay['listeners'][number]): PictureNode {
  return {
    id: `listener ${listener.name}`,
    title: listener.name.toUpperCase(),
    lines: [listener.address],
    tone: 'plain',
  }
}

function hostNode({ hostRule }: RouteWay, hrefTo: MakeHref): PictureNode {
  const { host, at, aliases, certificate } = hostRule
  const lines = aliases.length === 0 ? [] : [`also ${aliases.join(', ')}`]
  if (certificate !== undefined)
    lines.push(
      certificate.secret === undefined ? `TLS: ${certificate.kind}` : `TLS: Secret ${certificate.secret}`,
    )
  if (certificate?.at !== undefined) lines.push(`at ${certificate.at}`)
  return {
    id: 'host',
    title: host === '*' ? 'every other host' : host,
    lines,
    place: at,
    tone: certificate?.kind === 'refused' ? 'bad' : 'plain',
    href: host === '*' ? undefined : hrefTo(['tls'], { q: host }),
  }
}

const kinds = { exact: 'Exact', prefix: 'Prefix', regex: 'Regex' }

function pathNode(way: RouteWay): PictureNode {
  const closed = way.closed === undefined ? [] : [`503: ${way.closed}`]
  return {
    id: 'path',
    title: way.isFallback ? 'any other path' : way.path,
    lines: [way.isFallback ? 'default backend' : kinds[way.kind], `Ingress ${way.ingress}`, ...closed],
    place: way.at,
    tone: way.closed === undefined ? 'plain' : 'bad',
  }
}

function policiesNode({ policies }: RouteWay): PictureNode {
  const settings = policies.flatMap(policy => policy.settings)
  const lines = settings
    .slice(0, shownSettings)
    .map(setting => `${setting.setting}: ${setting.unread === undefined ? setting.text : 'not obeyed'}`)
  if (settings.length > shownSettings) lines.push(`and ${settings.length - shownSettings} more`)
  const count = policies.length
  const isUnread = settings.some(setting => setting.unread !== undefined)
  return {
    id: 'policies',
    title: count === 0 ? 'no policies' : count === 1 ? '1 policy' : `${count} policies`,
    lines: count === 0 ? ['all defaults'] : lines,
    place: settings.find(setting => setting.at !== undefined)?.at,
    tone: count === 0 ? 'off' : isUnread ? 'warning' : 'plain',
  }
}

function branchesOf(way: RouteWay, rates: EndpointRates, hrefTo: MakeHref): PictureBranch[] {
  if (way.branches.length > 0)
    return way.branches.map((branch, index) => {
      const drawn = branchOf(branch, index, rates, hrefTo)
      // Nothing comes so far.
      return way.closed === undefined ? drawn : { ...drawn, arrow: { ...drawn.arrow, tone: 'off' } }
    })
  const node: PictureNode = { id: 'nobody', title: '404', lines: ['no Service is named'], tone: 'off' }
  return [{ node, arrow: { rate: way.figures.perSecond, tone: 'plain' }, next: [] }]
}

function branchOf(branch: BranchView, index: number, rates: EndpointRates, hrefTo: MakeHref): PictureBranch {
  const id = `branch ${index}`
  const isIdle = branch.percent === 0 && branch.isCanary
  const tone: Tone = branch.problem === undefined ? (isIdle ? 'plain' : 'accent') : 'bad'
  const shown = branch.endpoints.slice(0, shownEndpoints)
  const next = shown.map(endpoint => endpointOf(endpoint, id, branch, rates))
  const more = branch.endpoints.length - shown.length
  if (more > 0) next.push(moreEndpoints(id, more))
  return {
    node: branchNode(branch, id, hrefTo),
    arrow: { rate: branch.figures.perSecond, label: percent(branch.percent, 100), tone },
    next,
  }
}

function branchNode(branch: BranchView, id: string, hrefTo: MakeHref): PictureNode {
  const kind = branch.isCanary
    ? `canary${branch.ingress === undefined ? '' : ` ${branch.ingress}`}`
    : 'stable'
  const problem = branch.problem === undefined ? [] : [branch.problem]
  return {
    id,
    title: branch.service,
    lines: [branch.variant === undefined ? kind : `${branch.variant} (${kind})`, ...branch.takes, ...problem],
    place: branch.at,
    tone: branch.problem === undefined ? 'plain' : 'bad',
    href: hrefTo(['services'], { q: branch.service }),
  }
}

const endpointTones: Record<EndpointView['state'], Tone> = {
  ready: 'plain',
  'passed over': 'warning',
  'left out': 'bad',
  drained: 'off',
}

function endpointOf(
  endpoint: EndpointView,
  from: string,
  { service, endpointsAt }: BranchView,
  rates: EndpointRates,
): PictureBranch {
  const { address, state, inFlight, responseMs } = endpoint
  const tone = endpointTones[state]
  const lines = [`${inFlight} in flight`]
  if (responseMs !== undefined) lines.push(duration(responseMs))
  if (state !== 'ready') lines.unshift(state)
  return {
    node: { id: `${from} ${address}`, title: address, lines, place: endpointsAt, tone },
    arrow: { rate: rates.get(rateKey(service, address)), tone: tone === 'plain' ? 'accent' : tone },
    next: [],
  }
}

function moreEndpoints(from: string, count: number): PictureBranch {
  return {
    node: { id: `${from} more`, title: `${count} more`, lines: ['listed below'], tone: 'off' },
    arrow: { rate: undefined, tone: 'off' },
    next: [],
  }
}

/** The same in words, a sentence for each part, in the order requests meet them. */
export function wayInWords(way: RouteWay): string[] {
  const listeners = way.listeners.filter(listener => listener.name !== 'admin')
  const written = (at: string | undefined) => (at === undefined ? '' : `, written at ${at}`)
  const host = way.hostRule.host === '*' ? 'every host that no other rule names' : `host ${way.hostRule.host}`
  const path = way.isFallback ? 'paths that no rule takes' : `${kinds[way.kind]} path ${way.path}`
  return [
    `Requests come in at ${listeners.map(({ name, address }) => `${name} ${address}`).join(' and ')}.`,
    `They ask for ${host} and ${path}, by Ingress ${way.ingress}${written(way.at)}${rateInWords(way.figures.perSecond)}.`,
    ...(way.closed === undefined ? [] : [`All of them get 503: ${way.closed}.`]),
    way.policies.length === 0
      ? 'No policy is written for them.'
      : `They meet ${way.policies.map(({ policy }) => policy).join(', ')}.`,
    ...way.branches.map(branchInWords),
    ...(way.branches.length === 0 ? ['No Service is named: they get 404.'] : []),
  ]
}

function branchInWords(branch: BranchView): string {
  const takes = branch.takes.length === 0 ? '' : ` (${branch.takes.join('; ')})`
  const problem = branch.problem === undefined ? '' : ` Nothing can be sent there: ${branch.problem}.`
  const endpoints = branch.endpoints.map(({ address, state }) =>
    state === 'ready' ? address : `${address} (${state})`,
  )
  const listed = branch.endpointsAt === undefined ? '' : `, listed at ${branch.endpointsAt}`
  const to = endpoints.length === 0 ? 'which has no endpoints' : `endpoints ${endpoints.join(', ')}${listed}`
  const kind = branch.isCanary ? 'the canary' : 'the stable'
  return `${percent(branch.percent, 100)} go to ${kind} Service ${branch.service}${takes}, written at ${branch.at}${rateInWords(branch.figures.perSecond)}: ${to}.${problem}`
}

function rateInWords(flow: number | undefined): string {
  return flow === undefined ? '' : `, ${rate(flow)} now`
}
