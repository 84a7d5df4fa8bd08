// A request through the whole proxy and back: who serves it, what the backend sees, what the client gets.
import { expect, test } from 'vitest'
import { startEchoBackend } from '../support/backend.ts'
import { fetchFrom } from '../support/fetch.ts'
import { startProxy } from '../support/proxy.ts'
import { serving } from '../support/serving.ts'

test('forwards a request to the Service its rule names', async () => {
  const backend = await startEchoBackend('web')
  const proxy = await startProxy({ files: { 'web.yaml': serving('a.test', backend.address) } })

  const response = await fetchFrom({ port: proxy.httpPort, host: 'a.test', path: '/x?y=1' })

  expect(response.status).toBe(200)
  expect(response.echo()).toMatchObject({ backend: 'web', method: 'GET', url: '/x?y=1' })
})
