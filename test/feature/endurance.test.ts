// What lasts: bodies longer than memory, connections by the thousand, requests by the million, and a process that is
// afterwards what it was before. `npm run endurance` does all of it and prints what it measured; here run as much as
// takes seconds. Memory is what the kernel says of a Portico in a process of its own.
import { describe, expect, test } from 'vitest'
import { churn, startChurnSetup } from '../endurance/churn.ts'
import { openIdleConnections } from '../endurance/idle-connections.ts'
import { type MeasuredPortico, startMeasuredPortico } from '../endurance/measured-portico.ts'
import { longBodyBytes, megabytes, report, scale, seed } from '../endurance/scale.ts'
import {
  downloadSlowly,
  startPouringBackend,
  startSlowBackend,
  type UploadFraming,
  uploadToSlow,
} from '../endurance/slow-bodies.ts'
import { startTokenBackend, type TokenBackend } from '../endurance/token-backend.ts'
import { openTokenClient } from '../endurance/token-client.ts'

const MB = 1024 ** 2
/** How far memory may rise for a body of any length, or for many at once. */
const bodyAllowance = 16 * MB
/**
 * A first body compiles the code that passes it on and lets V8's young generation grow to its size, which takes memory once:
 * after 50 MB an upload in chunks still rose by 18 MB, of 1 GB and of 3 GB alike.
 */
const firstBodyBytes = 400 * MB
/** How much more may be alive after long work than before: compiled code and the like, but nothing per request. */
const heapAllowance = MB
/** What the allocator may keep of memory that was in use at some time. */
const residentAllowance = 32 * MB
const timeout = scale.timeoutMs

describe('long bodies', { timeout }, () => {
  test.each([
    { readers: 1, who: 'one reader' },
    { readers: 50, who: '50 readers at once' },
  ])('pass to $who slower than the backend in little memory', async ({ readers, who }) => {
    const bytes = Math.ceil(longBodyBytes / readers)
    const backend = await startPouringBackend()
    const portico = await startMeasuredPortico({ host: 'down.test', address: backend.address })
    await downloadSlowly(portico, backend, firstBodyBytes / readers, readers)
    const growth = portico.watchPeak()

    const heldUpAt = await downloadSlowly(portico, backend, bytes, readers)

    report(`1 GB to ${who}`, { 'memory at its peak': `+${megabytes(growth())}` })
    expect(heldUpAt).toBeLessThan(readers * bytes)
    expect(growth()).toBeLessThan(bodyAllowance)
    await portico.stop()
  })

  test.each<UploadFraming>(['length', 'chunked'])(
    'pass to a backend slower than the client in little memory, framed by %s',
    async framing => {
      const backend = await startSlowBackend()
      const annotations = { 'nginx.ingress.kubernetes.io/proxy-body-size': '0' }
      const portico = await startMeasuredPortico({ host: 'up.test', address: backend.address, annotations })
      await uploadToSlow(portico, backend, firstBodyBytes, framing)
      const growth = portico.watchPeak()

      const heldUpAt = await uploadToSlow(portico, backend, longBodyBytes, framing)

      report(`1 GB to a slow backend, ${framing}`, { 'memory at its peak': `+${megabytes(growth())}` })
      expect(heldUpAt).toBeLessThan(longBodyBytes)
      expect(growth()).toBeLessThan(bodyAllowance)
      await portico.stop()
    },
  )
})

describe('many connections', { timeout }, () => {
  test('may idle: each costs little, is served afterwards, and leaves nothing behind', async () => {
    const { portico } = await startTokenSetup()
    const count = scale.idleConnections
    const before = await portico.collect()

    const connections = await openIdleConnections(portico, count)
    const residentAtOnce = portico.residentBytes
    const idle = await portico.collect()
    const bytesEach = (idle.resident - before.resident) / count
    await connections.askAll()
    await connections.closeAll()
    await portico.untilNoSockets()
    const after = await portico.collect()

    report(`${count} idle connections`, {
      resident: megabytes(residentAtOnce),
      'after collecting garbage': megabytes(idle.resident),
      'bytes each': Math.round(bytesEach),
    })
    expect(bytesEach).toBeLessThan(10_000)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(heapAllowance)
    await portico.stop()
  })
})

describe('many requests', { timeout }, () => {
  test('on one connection are answered in order, and leave nothing behind', async () => {
    const { portico } = await startTokenSetup()
    const client = await openTokenClient(portico.port, 'tireless')
    const batch = 100
    const before = await portico.collect()
    const growth = portico.watchPeak()

    for (let asked = 0; asked < scale.pipelinedRequests; asked += batch) await client.ask(batch)

    const after = await portico.collect()
    report(`${scale.pipelinedRequests} requests on one connection`, {
      'memory at its peak': `+${megabytes(growth())}`,
      'alive afterwards': `+${megabytes(after.heapUsed - before.heapUsed)}`,
    })
    expect(growth()).toBeLessThan(residentAllowance)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(heapAllowance)
    await portico.stop()
  })

  test('in one write go to a slow backend one by one', async () => {
    let waiting = 0
    let mostWaiting = 0
    const { portico } = await startTokenSetup(answer => {
      mostWaiting = Math.max(mostWaiting, ++waiting)
      setImmediate(() => {
        waiting--
        answer()
      })
    })
    const client = await openTokenClient(portico.port, 'hasty')
    const growth = portico.watchPeak()

    await client.ask(1_000)

    expect(mostWaiting).toBe(1)
    expect(growth()).toBeLessThan(bodyAllowance)
    await portico.stop()
  })
})

describe('churn', { timeout }, () => {
  test('with something going wrong on every connection mixes up nothing and leaves nothing behind', async () => {
    const { portico, backend } = await startChurnSetup()
    await churn(portico, scale.warmUp, seed)
    await portico.untilNoSockets()
    const before = await portico.collect()

    const startedAt = performance.now()
    await churn(portico, scale.churn, seed + 1)
    const seconds = (performance.now() - startedAt) / 1000

    await portico.untilNoSockets()
    const after = await portico.collect()
    const { connections, requestsEach } = scale.churn
    report(`${connections * requestsEach} requests over ${connections} connections`, {
      seed,
      seconds: Math.round(seconds),
      resident: `${megabytes(before.resident)} → ${megabytes(after.resident)}`,
      'alive in the heap': `${megabytes(before.heapUsed)} → ${megabytes(after.heapUsed)}`,
      buffers: `${megabytes(before.arrayBuffers)} → ${megabytes(after.arrayBuffers)}`,
    })
    expect(backend.forgedUploads).toBe(0)
    expect(after.heapUsed - before.heapUsed).toBeLessThan(heapAllowance)
    expect(after.arrayBuffers - before.arrayBuffers).toBeLessThan(heapAllowance)
    expect(after.resident - before.resident).toBeLessThan(residentAllowance)
    await portico.stop()
  })
})

/** A Portico in front of a backend that answers with the token it is asked for, both used a little already. */
async function startTokenSetup(
  hold?: (answer: () => void) => void,
): Promise<{ portico: MeasuredPortico; backend: TokenBackend }> {
  const backend = await startTokenBackend(hold)
  const portico = await startMeasuredPortico({ host: 'token.test', address: backend.address })
  const client = await openTokenClient(portico.port, 'first')
  for (let i = 0; i < 50; i++) await client.ask(100)
  await client.close()
  return { portico, backend }
}
