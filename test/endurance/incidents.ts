// What may happen on a connection of the churn: in its middle, so that it goes on, or at its end. Each knows the only
// right answer.
import type { SeededRandom } from '../support/seeded-random.ts'
import type { ExpectedAnswer, TokenClient } from './token-client.ts'

/** Plays its part on a connection; rejects when the answer is not the right one. */
export type Incident = (client: TokenClient, random: SeededRandom) => Promise<unknown>

const longestBody = 100_000
const bodyText = 'x'.repeat(longestBody)

/** Portico's own answers show the id of the request, if asked in this way. */
function get(path: string, token: string, host = 'token.test'): string {
  const fields = `Host: ${host}\r\nX-Request-ID: ${token}\r\nAccept: application/json`
  return `GET /${path}/${token} HTTP/1.1\r\n${fields}\r\n\r\n`
}

function upload(path: string, token: string, bytes: number): string {
  return `POST /${path}/${token} HTTP/1.1\r\nHost: token.test\r\nContent-Length: ${bytes}\r\n\r\n`
}

/** All but its end: the last chunk is still to come. */
function chunkedUpload(path: string, token: string, random: SeededRandom): string {
  const piece = bodyText.slice(0, 1 + random(longestBody / 4))
  const chunk = `${piece.length.toString(16)}\r\n${piece}\r\n`
  return `POST /${path}/${token} HTTP/1.1\r\nHost: token.test\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}${chunk}`
}

/** One GET and its answer, and another that shows that the connection still serves. */
function answered(path: string, status: number, host?: string): Incident {
  return client => {
    const token = client.nextToken()
    const after = client.nextToken()
    const expected: ExpectedAnswer[] = [
      { status, token },
      { status: 200, token: after },
    ]
    return client.send(get(path, token, host) + get('ok', after), expected)
  }
}

/** After these the connection goes on. */
export const passingIncidents: readonly Incident[] = [
  answered('chunked', 200),
  answered('surplus', 200),
  answered('reset', 502),
  answered('garbage', 502),
  answered('ok', 502, 'refusing.test'),
  async function answersOfBackendsThatLeave(client) {
    const tokens = Array.from({ length: 8 }, () => client.nextToken())
    const text = tokens.map(token => get('leaving', token, 'leaving.test')).join('')
    await client.send(
      text,
      tokens.map(token => ({ status: 200, token })),
    )
  },
  async function uploadOfKnownLength(client, random) {
    const token = client.nextToken()
    const bytes = random(longestBody)
    await client.send(upload('upload', token, bytes) + bodyText.slice(0, bytes), [{ status: 200, token }])
  },
  async function uploadInChunks(client, random) {
    const token = client.nextToken()
    await client.send(`${chunkedUpload('upload', token, random)}0\r\n\r\n`, [{ status: 200, token }])
  },
  async function earlyAnswer(client, random) {
    const token = client.nextToken()
    const bytes = 1 + random(longestBody)
    await client.send(upload('early', token, bytes) + bodyText.slice(0, bytes), [{ status: 401, token }])
  },
]

/** Takes a second, so that it has to be rare: the backend never answers. */
export const backendTimeout: Incident = answered('never', 504, 'impatient.test')

/** Takes ten seconds: a head that never ends. */
export const slowHead: Incident = async client => {
  client.write('GET /ok/slow HTTP/1.1\r\nHost: token.test\r\n')
  const rest = await client.untilClosed()
  if (!rest.startsWith('HTTP/1.1 408 ')) throw new Error(`${client.name}: not 408 but ${rest}`)
}

/** After these the connection is gone. */
export const endings: readonly Incident[] = [
  async function end(client) {
    await client.close()
    client.expectNoSurplus()
  },
  client => client.abort('fin'),
  client => client.abort('reset'),
  async function lastRequestSaysClose(client) {
    const token = client.nextToken()
    const text = `GET /ok/${token} HTTP/1.1\r\nHost: token.test\r\nConnection: close\r\n\r\n`
    await client.send(text, [{ status: 200, token }])
    await client.untilClosed()
    client.expectNoSurplus()
  },
  async function malformedAfterGood(client, random) {
    const token = client.nextToken()
    const bad = malformed[random(malformed.length)]!
    const expected = [
      { status: 200, token },
      { status: 400, token: '' },
    ]
    await client.send(get('ok', token) + bad, expected)
    await client.untilClosed()
    client.expectNoSurplus()
  },
  async function halfAnUploadOfKnownLength(client, random) {
    client.write(upload('aborted', client.nextToken(), longestBody) + bodyText.slice(0, random(longestBody)))
    await client.abort(random(2) === 0 ? 'fin' : 'reset')
  },
  async function halfAnUploadInChunks(client, random) {
    client.write(chunkedUpload('aborted', client.nextToken(), random))
    await client.abort(random(2) === 0 ? 'fin' : 'reset')
  },
  async function halfADownload(client, random) {
    client.write(get('download', client.nextToken()))
    const wanted = 1 + random(200_000)
    await client.untilSurplus(text => text.length > wanted)
    await client.abort('reset')
  },
  async function leavesWhileItWaits(client, random) {
    client.write(get('never', client.nextToken()))
    await client.abort(random(2) === 0 ? 'fin' : 'reset')
  },
  async function shortBody(client) {
    const token = client.nextToken()
    client.write(get('short', token))
    const cut = await client.untilClosed()
    const isRight = cut.startsWith('HTTP/1.1 200 ') && cut.endsWith(`\r\n\r\n${token}`)
    if (!isRight) throw new Error(`${client.name}: not a cut ${token} but ${cut}`)
  },
  async function tunnel(client, random) {
    const token = client.nextToken()
    const fields = 'Host: token.test\r\nConnection: upgrade\r\nUpgrade: echo'
    client.write(`GET /upgrade/${token} HTTP/1.1\r\n${fields}\r\n\r\n`)
    const begun = await client.untilSurplus(text => text.endsWith(`\r\n\r\n${token}`))
    if (!begun.startsWith('HTTP/1.1 101 ')) throw new Error(`${client.name}: not 101 but ${begun}`)
    client.write(`echo of ${token}`)
    await client.untilSurplus(text => text.endsWith(`${token}echo of ${token}`))
    if (random(2) === 0) await client.close()
    else await client.abort('reset')
  },
  async function halfAHead(client) {
    client.write('GET /ok/half HTTP/1.1\r\nHos')
    await client.abort('fin')
  },
]

const malformed = [
  'GET / HTTP/1.1\r\nHost: token.test\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n',
  'GET / HTTP/1.1\r\nHost : token.test\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: token.test\r\nHost: token.test\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: token.test\r\n folded: yes\r\n\r\n',
  'POST / HTTP/1.1\r\nHost: token.test\r\nTransfer-Encoding: chunked, chunked\r\n\r\n',
  '\x16\x03\x01\x02\x00\x01\x00\x01',
]
