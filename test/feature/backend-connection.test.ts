// How requests to backends are put: their HTTP version, and whether the connection is used again.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { nginx } from '../support/nginx-annotations.ts'
import { startProxy } from '../support/proxy.ts'
import { okResponse, startAnsweringBackend } from '../support/raw-backend.ts'
import { serving } from '../support/serving.ts'

/** Sends two requests over a route with these annotations, one after the other. */
async function askTwice(settings: Record<string, string>) {
  const backend = await startEchoBackend()
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations: nginx(settings) }) },
  })
  const ask = async () => (await fetchFrom({ port: proxy.httpPort, host: 'a.test' })).echo()
  const echoes = [await ask(), await ask()]
  return { echo: echoes[1]!, connections: backend.connections.length, codes: proxy.codes() }
}

test('connection-proxy-header close ends the connection after each response', async () => {
  const { echo, connections } = await askTwice({ 'connection-proxy-header': 'close' })
  expect([echo.headers.connection, echo.httpVersion, connections]).toEqual(['close', '1.1', 2])
})

test('connection-proxy-header keep-alive keeps it, as it is without', async () => {
  const { echo, connections } = await askTwice({ 'connection-proxy-header': 'keep-alive' })
  expect([echo.headers.connection, connections]).toEqual([undefined, 1])
})

test('a connection that was asked to close is not used again, though the backend keeps it open', async () => {
  const backend = await startAnsweringBackend(okResponse('hello'))
  const annotations = nginx({ 'connection-proxy-header': 'close' })
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations }) },
  })
  for (let i = 0; i < 2; i++) await fetchFrom({ port: proxy.httpPort, host: 'a.test' })
  expect(backend.connections).toHaveLength(2)
})

test('other values are reported', async () => {
  const { connections, codes } = await askTwice({
    'connection-proxy-header': 'Upgrade',
    'proxy-http-version': '2',
  })
  expect([connections, codes]).toEqual([1, ['annotation-value', 'annotation-value']])
})

test('proxy-http-version 1.0 asks in HTTP/1.0, over a connection of its own', async () => {
  const backend = await startAnsweringBackend(okResponse('hello'))
  const annotations = nginx({ 'proxy-http-version': '1.0' })
  const proxy = await startProxy({
    files: { 'web.yaml': serving('a.test', backend.address, { annotations }) },
  })
  const headers = { Connection: 'TE', TE: 'trailers' }

  expect((await fetchFrom({ port: proxy.httpPort, host: 'a.test', headers })).body).toBe('hello')
  expect(backend.received).toMatch(
    /^GET \/ HTTP\/1\.0\r\nHost: a\.test\r\n(?:[^\r\n]+\r\n)*Connection: close\r\n\r\n$/,
  )
  expect(backend.received).not.toMatch(/^te:/im)
})
