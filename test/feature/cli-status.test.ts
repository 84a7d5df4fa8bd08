// `portico status` asks a real instance; what it makes of other answers is tested beside it.
import { expect, test } from 'vitest'
import { startEchoBackend, startRawBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startProxy } from '../support/proxy.ts'
import { runInProcess } from '../support/run-in-process.ts'
import { serving } from '../support/serving.ts'

test('says what an instance serves and has done', async () => {
  const { address } = await startEchoBackend('web')
  const proxy = await startProxy({
    files: { 'web.yaml': serving('web.test', address) },
    app: { admin: { host: '127.0.0.1', port: 0 } },
  })
  await fetchFrom({ port: proxy.httpPort, host: 'web.test' })
  const status = await runInProcess(['status', '--admin', proxy.app.admin!])
  expect(status.code).toBe(0)
  expect(status.stdout).toMatch(/^Portico \S+ {2}ready, up/)
  expect(status.stdout).toContain(proxy.app.http)
  expect(status.stdout).toContain('1 route on 1 host from 1 Ingress')
  expect(status.stdout).toContain('1 since the start, 0 of them with 500 and above')
})

test('says so when somebody else answers', async () => {
  const { address } = await startRawBackend(socket => {
    socket.resume().end('HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n')
  })
  await expect(runInProcess(['status', '--admin', address])).rejects.toThrow(
    `what answers at ${address} is no Portico; is this the --admin of`,
  )
})
