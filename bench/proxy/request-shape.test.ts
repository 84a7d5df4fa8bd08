// Holds that the raw bytes that the load sends mean what the verification sends, by the reading of Node's own server.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { plainGet, type RequestShape, rawRequest, send } from './request-shape.ts'

/** Answers with what it read of the request. */
async function startReadingServer(): Promise<number> {
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request
    const framing = headers['transfer-encoding'] ?? headers['content-length'] ?? 'none'
    const body = await buffer(request)
    response.setHeader('Connection', 'close')
    response.end(`${method} ${url} ${headers.host} ${headers['x-field']} ${framing} ${body.length}`)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

const fields = { 'X-Field': 'value' }
const upload: RequestShape = { ...plainGet, method: 'POST', path: '/upload', fields, bodyBytes: 40_000 }

test.each<[string, RequestShape, string]>([
  ['a GET', { ...plainGet, fields }, 'GET / bench.test value none 0'],
  ['a body with Content-Length', upload, 'POST /upload bench.test value 40000 40000'],
  ['a chunked body', { ...upload, bodyFraming: 'chunked' }, 'POST /upload bench.test value chunked 40000'],
])('sends %s alike as raw bytes and through node:http', async (_, shape, meaning) => {
  const port = await startReadingServer()
  const socket = connect(port, '127.0.0.1')
  socket.write(rawRequest(shape))
  expect((await text(socket)).split('\r\n\r\n')[1]).toContain(meaning)
  const answer = await send(shape, 'http', port)
  expect(String(answer.body)).toBe(meaning)
})
