import { expect, test } from 'vitest'
import type { Explanation } from '../dashboard/src/explain/explanation.ts'
import type { Explanation as Answered } from '../src/explain/explanation.ts'

test('reads what the server answers by types that hold for it', () => {
  // What it holds is checked by the compiler: this does not compile once they differ.
  const read = (answered: Answered): Explanation => answered
  expect(read).toBeTypeOf('function')
})
