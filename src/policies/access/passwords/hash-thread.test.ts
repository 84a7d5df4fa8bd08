import { expect, it, onTestFinished } from 'vitest'
import { HashThread } from './hash-thread.ts'

const md5 = '$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/'
const password = Buffer.from('password')

function createThread(file?: URL) {
  const problems: string[] = []
  const thread = new HashThread(message => problems.push(message), file)
  onTestFinished(() => thread.close())
  return { problems, ask: (text = password) => thread.ask(text, md5, 'a') }
}

it('answers each question with its own verdict', async () => {
  const { ask } = createThread()
  const wrong = Buffer.from('guess')
  expect(await Promise.all([ask(), ask(wrong), ask()])).toEqual([true, false, true])
})

it('knows nothing when the thread fails, says so, and starts another for the next question', async () => {
  const { ask, problems } = createThread(new URL('data:text/javascript,throw new Error("no such luck")'))
  expect(await Promise.all([ask(), ask()])).toEqual(['busy', 'busy'])
  expect(problems).toHaveLength(1)
  expect(await ask()).toBe('busy')
  expect(problems).toHaveLength(2)
})
