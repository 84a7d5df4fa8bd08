import { afterEach, expect, it } from 'vitest'
import { type AdminServer, createAdminServer } from './admin-server.ts'

let server: AdminServer | undefined
afterEach(() => server?.close())

async function start(isReady = () => true): Promise<string> {
  server = await createAdminServer({ host: '127.0.0.1', port: 0, isReady })
  return `http://127.0.0.1:${server.port}`
}

it('answers /healthz with 200 although not ready', async () => {
  const url = await start(() => false)
  const response = await fetch(`${url}/healthz`)
  expect(response.status).toBe(200)
  expect(await response.text()).toBe('ok\n')
})

it('answers /readyz with 200 only while ready', async () => {
  let ready = false
  const url = await start(() => ready)
  expect((await fetch(`${url}/readyz`)).status).toBe(503)
  ready = true
  expect((await fetch(`${url}/readyz?verbose`)).status).toBe(200)
})

it('answers 404 for paths there are not and 501 for those still to come', async () => {
  const url = await start()
  expect((await fetch(`${url}/nothing`)).status).toBe(404)
  expect((await fetch(`${url}/metrics`)).status).toBe(501)
})

it('refuses methods that change something', async () => {
  const url = await start()
  const response = await fetch(`${url}/healthz`, { method: 'POST' })
  expect(response.status).toBe(405)
  expect(response.headers.get('allow')).toBe('GET, HEAD')
})

it('rejects with the code of the system when the port is taken', async () => {
  await start()
  const again = createAdminServer({ host: '127.0.0.1', port: server!.port, isReady: () => true })
  await expect(again).rejects.toMatchObject({ code: 'EADDRINUSE' })
})
