import { expect, test } from 'vitest'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { BufferedBody } from './buffered-body.ts'

/** A body that has taken these pieces, one after the other, each in a buffer that is used again. */
async function bodyOf(pieces: readonly Buffer[], memoryBytes: number): Promise<BufferedBody> {
  let kept: () => void = () => {}
  const owner = {
    onBodyKept: () => kept(),
    onBodyLost: () => {
      throw new Error('the body was lost')
    },
  }
  const body = new BufferedBody(owner, memoryBytes)
  const shared = Buffer.alloc(Math.max(...pieces.map(({ length }) => length)))
  for (const piece of pieces) {
    const view = shared.subarray(0, piece.length)
    piece.copy(view)
    const isTaken = body.add(view) ? undefined : Promise.withResolvers<void>()
    if (isTaken !== undefined) {
      kept = isTaken.resolve
      await isTaken.promise
    }
    shared.fill(0)
  }
  return body
}

/** Sends a body to a target that needs some of its pieces for a turn; gives what the target got. */
function received(body: BufferedBody, blocks: () => boolean): Promise<Buffer> {
  return new Promise(resolve => {
    const taken: Buffer[] = []
    body.sendTo(
      {
        sendBody: piece => {
          if (!blocks()) {
            taken.push(Buffer.from(piece))
            return true
          }
          setImmediate(() => {
            taken.push(Buffer.from(piece))
            body.goOn()
          })
          return false
        },
        endRequest: () => setImmediate(() => resolve(Buffer.concat(taken))),
      },
      () => true,
    )
  })
}

test('gives back what it took, as often as asked, whatever fits into memory', async () => {
  const random = seededRandom(5)
  for (let round = 0; round < 25; round++) {
    const pieces = Array.from({ length: 1 + random(6) }, () => Buffer.alloc(1 + random(90_000), random(256)))
    const body = await bodyOf(pieces, random(200_000))
    const whole = Buffer.concat(pieces)
    expect(body.length).toBe(whole.length)
    for (let i = 0; i < 2; i++) expect((await received(body, () => random(10) < 4)).equals(whole)).toBe(true)
    body.destroy()
  }
})

test('sends nothing more to a target that does not want it any more, and all of it to the next', async () => {
  const whole = Buffer.alloc(300_000, 'abc')
  const body = await bodyOf([whole.subarray(0, 150_000), whole.subarray(150_000)], 0)
  let isOpen = true
  let pieces = 0
  body.sendTo(
    {
      sendBody: () => {
        pieces++
        isOpen = false
        return true
      },
      endRequest: () => {
        throw new Error('ended')
      },
    },
    () => isOpen,
  )
  const next = await received(body, () => false)
  // The second is read after the first: one piece of it was under way.
  expect([next.equals(whole), pieces <= 1]).toEqual([true, true])
  body.destroy()
})
