// Fields that count the intermediaries of a message: Via, which is off unless asked for, and Max-Forwards.
import { describe, expect, test } from 'vitest'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend } from '../support/raw-backend.ts'
import { rawClient } from '../support/raw-client.ts'
import { serving } from '../support/serving.ts'

interface Conversation {
  /** What the client got. */
  readonly answer: string
  /** What the backend got. */
  readonly request: string
}

async function converse(request: string, via?: string, response = okResponse('ok')): Promise<Conversation> {
  const backend = await startAnsweringBackend(response)
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address) },
    app: { via },
  })
  const client = await rawClient(proxy.httpPort)
  client.send(request)
  return { answer: await client.untilClosed(), request: backend.received }
}

function request(line: string, ...lines: string[]): string {
  return `${[line, 'Host: a.test', 'Connection: close', ...lines].join('\r\n')}\r\n\r\n`
}

const viaLines = (text: string) => text.match(/^Via: .*$/gim) ?? []

describe('Via', () => {
  test('is neither added nor looked at by default, and goes through', async () => {
    const { answer, request: sent } = await converse(request('GET / HTTP/1.1', 'Via: 1.0 fred'))
    expect(viaLines(answer)).toEqual([])
    expect(viaLines(sent)).toEqual(['Via: 1.0 fred'])
  })

  test('tells with --via by which version each side spoke, behind what others said', async () => {
    const response = 'HTTP/1.0 200 OK\r\nVia: 1.1 inner\r\nContent-Length: 0\r\n\r\n'
    const sent = await converse(request('GET / HTTP/1.0', 'Via: 1.0 fred'), 'edge-1', response)
    expect(viaLines(sent.request)).toEqual(['Via: 1.0 fred', 'Via: 1.0 edge-1'])
    expect(viaLines(sent.answer)).toEqual(['Via: 1.1 inner', 'Via: 1.0 edge-1'])
    expect(viaLines((await converse(request('GET / HTTP/1.1'), 'edge-1')).request)).toEqual([
      'Via: 1.1 edge-1',
    ])
  })

  test.each([
    'Via: 1.1 edge-1',
    'Via: 1.0 fred, HTTP/1.1 EDGE-1 (Portico), 1.1 p.example',
    'Via: 1.1 fred\r\nvia: 1.1\tedge-1',
    'Via: 1.1 fred (a, b),1.1 edge-1',
    'Connection: Via\r\nVia: 1.1 edge-1',
  ])('of a request that has been here before is a loop: %j', async line => {
    const { answer, request: sent } = await converse(request('GET / HTTP/1.1', line), 'edge-1')
    expect(answer).toMatch(/^HTTP\/1\.1 508 Loop Detected\r\n[\s\S]*error=proxy_loop_detected\r\n/)
    expect(sent).toBe('')
  })

  test.each(['Via: 1.1 edge-10', 'Via: edge-1 fred', 'Via: 1.1 fred (1.1 edge-1)', 'Via: edge-1', 'Via: ,'])(
    'of others is no loop: %j',
    async line => {
      const { answer } = await converse(request('GET / HTTP/1.1', line), 'edge-1')
      expect(answer).toMatch(/^HTTP\/1\.1 200 /)
    },
  )
})

describe('Max-Forwards', () => {
  test('0 on OPTIONS is answered here', async () => {
    const { answer, request: sent } = await converse(request('OPTIONS /x HTTP/1.1', 'Max-Forwards: 0'))
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nAllow: GET, [\s\S]*\r\nContent-Length: 0\r\n/)
    expect(sent).toBe('')
  })

  test.each([
    ['1', '0'],
    ['0010', '9'],
    ['99999999999999999999', '9007199254740990'],
  ])('%s on OPTIONS goes on as %s', async (given, left) => {
    const { request: sent } = await converse(request('OPTIONS /x HTTP/1.1', `max-forwards: ${given}`))
    expect(sent.match(/^max-forwards: .*$/gim)).toEqual([`Max-Forwards: ${left}`])
  })

  test.each(['-1', '+1', '1, 2', '', 'x', '1.0', '0x1', '1\r\nMax-Forwards: 1'])(
    '%j on OPTIONS is refused: nobody could count it down',
    async value => {
      const { answer, request: sent } = await converse(
        request('OPTIONS /x HTTP/1.1', `Max-Forwards: ${value}`),
      )
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(sent).toBe('')
    },
  )

  test.each(['0', 'x', '5'])('%s on GET goes through untouched', async value => {
    const { request: sent } = await converse(request('GET / HTTP/1.1', `Max-Forwards: ${value}`))
    expect(sent).toContain(`\r\nMax-Forwards: ${value}\r\n`)
  })

  test('does not let TRACE through', async () => {
    const { answer } = await converse(request('TRACE / HTTP/1.1', 'Max-Forwards: 0'))
    expect(answer).toMatch(/^HTTP\/1\.1 405 /)
  })
})

test('OPTIONS * is answered here, for any host', async () => {
  const { answer, request: sent } = await converse(
    'OPTIONS * HTTP/1.1\r\nHost: nobody.test\r\nConnection: close\r\n\r\n',
  )
  expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[\s\S]*\r\nAllow: GET, /)
  expect(sent).toBe('')
})
