// Thousands of clients that have asked once and stay.
import type { MeasuredPortico } from './measured-portico.ts'
import { openTokenClient, type TokenClient } from './token-client.ts'

/** As many connections begin at once: fewer than wait in a listener's queue. */
const waveSize = 200

/** Connections that have all been served. */
export interface IdleConnections {
  /** Asks once on each and checks that each has its own answer. */
  askAll(): Promise<void>
  /** Closes all; resolves when the other side has done so too. */
  closeAll(): Promise<void>
}

/** Opens so many connections and asks once on each. */
export async function openIdleConnections(portico: MeasuredPortico, count: number): Promise<IdleConnections> {
  const waves: TokenClient[][] = []
  for (let opened = 0; opened < count; opened += waveSize) {
    const names = Array.from({ length: Math.min(waveSize, count - opened) }, (_, i) => `idle${opened + i}`)
    const wave = await Promise.all(names.map(name => openTokenClient(portico.port, name)))
    await Promise.all(wave.map(client => client.ask(1)))
    waves.push(wave)
  }
  return {
    async askAll() {
      for (const wave of waves) await Promise.all(wave.map(client => client.ask(1)))
    },
    async closeAll() {
      await Promise.all(waves.flat().map(client => client.close()))
    },
  }
}
