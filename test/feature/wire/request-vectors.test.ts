// Requests that smuggle, confuse or only look odd, each in every way its bytes can arrive. What the client gets, what the
// backend gets and what a neighbour on the same backend connections gets must all agree with the verdict.
import { describe, expect, test } from 'vitest'
import { deliveryModes } from './delivery.ts'
import { requestVectors } from './vectors/all.ts'
import { startWireLane } from './wire-lane.ts'

const laneCount = 4

describe('requests get what they deserve when they arrive', () => {
  test.each(deliveryModes)('$name', async mode => {
    const waiting = [...requestVectors]
    const problems: string[] = []
    const lanes = Array.from({ length: laneCount }, async () => {
      const lane = await startWireLane(mode)
      for (let vector = waiting.shift(); vector !== undefined; vector = waiting.shift()) {
        const problem = await lane.run(vector)
        if (problem !== undefined) problems.push(problem)
      }
    })
    await Promise.all(lanes)
    expect(problems).toEqual([])
  })
})
