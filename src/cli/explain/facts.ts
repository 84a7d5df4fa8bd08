// Sections of an explanation that are sentences.
import type { Explanation } from '../../explain/explanation.ts'
import type { Line } from './render-explanation.ts'

/** What is asked, and by whom. */
export function requestLines({ request }: Explanation): Line[] {
  const { method, scheme, authority, target, path, clientAddress, serverName } = request
  const plain = target.split('?', 1)[0]
  const matched = path === undefined || path === plain ? '' : `, matched as ${path}`
  const sni = serverName === undefined ? '' : `, asks the handshake for ${serverName}`
  return [
    { text: `${method} ${scheme}://${authority}${target}` },
    { text: `from ${clientAddress}${sni}${matched}` },
  ]
}

/** Which one, and why. */
export function certificateLines({ certificate }: Explanation): Line[] {
  if (certificate === undefined) return []
  const { handshake, handedOnTo, secret, at, why } = certificate
  if (handshake === 'refused') return [{ text: 'none: the handshake is refused', tone: 'bad' }, { text: why }]
  if (handshake === 'handed on') return [{ text: `that of Service ${handedOnTo}  ${at}` }, { text: why }]
  if (secret !== undefined) return [{ text: `Secret ${secret}  ${at}` }, { text: why }]
  const where = at === undefined ? '' : `  ${at}`
  return [{ text: 'one that the local CA signs for the name' }, { text: `${why}${where}` }]
}

/** From what to what. */
export function rewriteLines({ rewrite }: Explanation): Line[] {
  if (rewrite === undefined) return []
  const { template, captures, from, to } = rewrite
  const groups = captures.slice(1).map((text, index) => `$${index + 1}=${JSON.stringify(text)}`)
  const by = groups.length === 0 ? '' : ` with ${groups.join(', ')}`
  return [{ text: `${from} becomes ${to}` }, { text: `rewrite-target ${template}${by}` }]
}

/** What goes out. */
export function sentLines({ sent }: Explanation): Line[] {
  if (sent === undefined) return []
  const { endpoint, protocol, tls, lines } = sent
  return [
    { text: `to ${endpoint}, ${protocol}${tls ? ' over TLS' : ''}` },
    ...lines.map(text => ({ text: `  ${text}` })),
  ]
}

const maxBodyLines = 6

/** What the client is told by Portico itself. */
export function answerLines({ answer }: Explanation): Line[] {
  if (answer === undefined) return []
  const { lines, body = '', page } = answer
  const bodyLines = body.trimEnd() === '' ? [] : body.trimEnd().split('\n')
  const shown = bodyLines.slice(0, maxBodyLines)
  const left = bodyLines.length - shown.length
  return [
    ...(page === undefined
      ? []
      : [{ text: `${page} is asked for a page in its place (custom-http-errors)` }]),
    ...lines.map(text => ({ text })),
    ...(shown.length === 0 ? [] : [{ text: '' }]),
    ...shown.map(text => ({ text })),
    ...(left === 0 ? [] : [{ text: `… and ${left} more lines`, tone: 'lost' as const }]),
  ]
}

/** The end of it, and what to do. */
export function outcomeLines({ verdict, answer }: Explanation, isBad: boolean): Line[] {
  const advice = answer?.advice === undefined ? [] : [{ text: `To do: ${answer.advice}` }]
  return [{ text: verdict, tone: isBad ? 'bad' : 'taken' }, ...advice]
}
