// Connections that come and go by the thousand, most of their requests in order, and something going wrong on every one
// of them. The same seed plays the same incidents.
import { refusingAddress } from '../support/backend.ts'
import { type SeededRandom, seededRandom } from '../support/seeded-random.ts'
import { backendTimeout, endings, passingIncidents, slowHead } from './incidents.ts'
import { type MeasuredPortico, startMeasuredPortico } from './measured-portico.ts'
import { startTokenBackend, type TokenBackend } from './token-backend.ts'
import { openTokenClient, type TokenClient } from './token-client.ts'

/** How much of it. */
export interface ChurnSize {
  readonly connections: number
  /** Requests that are answered as they should, on each connection. */
  readonly requestsEach: number
  /** How many connections wait ten seconds for their 408. */
  readonly slowHeads: number
}

const concurrency = 64
const largestBatch = 16
/** One connection in so many waits a second for its 504. */
const timeoutsOneIn = 200

/** A Portico with everything behind it that the churn needs. */
export async function startChurnSetup(): Promise<{ portico: MeasuredPortico; backend: TokenBackend }> {
  const backend = await startTokenBackend()
  const leaving = await startTokenBackend()
  const { address } = backend
  const portico = await startMeasuredPortico(
    { host: 'token.test', address },
    { host: 'leaving.test', address: leaving.address },
    { host: 'refusing.test', address: await refusingAddress() },
    {
      host: 'impatient.test',
      address,
      annotations: { 'nginx.ingress.kubernetes.io/proxy-read-timeout': '1' },
    },
  )
  return { portico, backend }
}

/** Plays it through; rejects at the first answer that is not the right one. */
export async function churn(portico: MeasuredPortico, size: ChurnSize, seed: number): Promise<void> {
  let begun = 0
  const worker = async () => {
    while (begun < size.connections) await playConnection(portico, begun++, size, seed)
  }
  const slow = Array.from({ length: size.slowHeads }, async (_, index) =>
    slowHead(await openTokenClient(portico.port, `slow${index}`), seededRandom(seed)),
  )
  try {
    await Promise.all([...slow, ...Array.from({ length: concurrency }, worker)])
  } catch (error) {
    throw new Error(`with seed ${seed}: ${(error as Error).message}`, { cause: error })
  }
}

async function playConnection(
  portico: MeasuredPortico,
  index: number,
  size: ChurnSize,
  seed: number,
): Promise<void> {
  const random = seededRandom(seed + index * 7919)
  const client = await openTokenClient(portico.port, `c${index}`)
  if (random(timeoutsOneIn) === 0) await backendTimeout(client, random)
  for (let left = size.requestsEach; left > 0; ) {
    const batch = Math.min(left, 1 + random(largestBatch))
    left -= batch
    await client.ask(batch)
    if (random(4) === 0) await play(passingIncidents, client, random)
  }
  await play(endings, client, random)
}

async function play(incidents: typeof endings, client: TokenClient, random: SeededRandom): Promise<void> {
  await incidents[random(incidents.length)]!(client, random)
}
