// File descriptors that run out: whoever is served stays served, the surplus is closed or told, and nothing stays broken.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { startEchoBackend } from '../../support/backend.ts'
import { fetchFrom } from '../../support/fetch.ts'
import { readMetrics } from '../../support/metrics.ts'
import { startRecordingBackend } from '../../support/raw-backend.ts'
import { type RawClient, rawClient } from '../../support/raw-client.ts'
import { type ServingProcess, serveInProcess } from '../../support/serve-process.ts'
import { serving } from '../../support/serving.ts'

const request = (host: string) => `GET / HTTP/1.1\r\nHost: ${host}\r\n\r\n`

/** The status of the next response on a connection that is kept alive. */
async function statusOver(client: RawClient, host: string): Promise<number> {
  const before = client.received.length
  client.send(request(host))
  const received = await client.until(text => /\r\n\r\n[^\r]+$/.test(text.slice(before)))
  return Number(received.slice(before).split(' ')[1])
}

/** Everything that is still open can be used and nothing can be opened. */
function takeAllDescriptors({ child }: ServingProcess): void {
  const open = new Set(readdirSync(`/proc/${child.pid}/fd`).map(Number))
  let firstFree = 0
  while (open.has(firstFree)) firstFree++
  execFileSync('prlimit', ['--pid', `${child.pid}`, `--nofile=${firstFree}:`])
}

function giveDescriptorsBack({ child }: ServingProcess): void {
  execFileSync('prlimit', ['--pid', `${child.pid}`, '--nofile=1024:'])
}

/** User and system time, in hundredths of a second. */
function cpuTicks({ child }: ServingProcess): number {
  const fields = readFileSync(`/proc/${child.pid}/stat`, 'latin1').split(') ')[1]!.split(' ')
  return Number(fields[11]) + Number(fields[12])
}

test('takes fewer connections than there are descriptors, serves all of those, and closes the surplus at once', async () => {
  const backend = await startEchoBackend('web')
  const portico = await serveInProcess(
    { 'web.yaml': serving('a.test', backend.address) },
    { shell: 'ulimit -n 256; exec "$@"' },
  )

  const clients = await Promise.all(Array.from({ length: 400 }, () => rawClient(portico.httpPort)))
  const outcomes = await Promise.all(
    clients.map(client => statusOver(client, 'a.test').catch(() => 'closed' as const)),
  )
  const served = clients.filter((_, i) => outcomes[i] !== 'closed')

  // Three quarters of 256 less 64; admin connections are not counted.
  expect(served).toHaveLength(144)
  // A burst may need more connections to the backend than are left: those are told so, and their connection goes on.
  for (const outcome of outcomes) expect([200, 503, 'closed']).toContain(outcome)
  expect(outcomes.filter(outcome => outcome === 200).length).toBeGreaterThan(20)
  for (const client of served) expect(await statusOver(client, 'a.test')).toBe(200)
  expect((await readMetrics(portico.admin)).get('portico_connections_dropped_total')).toBe(256)

  for (const client of clients) client.socket.destroy()
  while (
    (await fetchFrom({ port: portico.httpPort, host: 'a.test' }).catch(() => undefined))?.status !== 200
  );
})

test('keeps the last good manifests, answers 503 and stays idle while nothing can be opened, then goes on by itself', async () => {
  const backend = await startEchoBackend('web')
  const silent = await startRecordingBackend()
  const readTimeout = { annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' } }
  const portico = await serveInProcess({
    'web.yaml': serving('a.test', backend.address),
    'silent.yaml': serving('silent.test', silent.address, { name: 'silent', ...readTimeout }),
    'other.yaml': serving('other.test', backend.address, { name: 'other' }),
  })
  const client = await rawClient(portico.httpPort)
  expect(await statusOver(client, 'a.test')).toBe(200)
  const waiting = await rawClient(portico.httpPort)
  waiting.send(request('silent.test'))
  await silent.until(received => received !== '')

  takeAllDescriptors(portico)
  await portico.manifests.write('other.yaml', serving('renamed.test', backend.address, { name: 'other' }))
  await portico.nextMessage('EMFILE')
  expect(await statusOver(client, 'other.test')).toBe(200)
  // The only idle connection is in use: this one has to dial.
  const second = await rawClient(portico.httpPort)
  const ticksBefore = cpuTicks(portico)
  expect(await waiting.until(text => text.includes('\r\n\r\n'))).toMatch(/^HTTP\/1\.1 504 /)
  expect(cpuTicks(portico) - ticksBefore).toBeLessThan(50)
  expect(await second.untilClosed()).toBe('')
  // What that response gave back is taken too.
  takeAllDescriptors(portico)
  expect(await statusOver(client, 'silent.test')).toBe(503)
  expect(client.received).toContain('Proxy-Status: portico; error=connection_limit_reached')
  expect(await statusOver(client, 'a.test')).toBe(200)

  giveDescriptorsBack(portico)
  expect((await fetchFrom({ port: portico.httpPort, host: 'a.test' })).status).toBe(200)
  while ((await fetchFrom({ port: portico.httpPort, host: 'renamed.test' })).status !== 200);
})
