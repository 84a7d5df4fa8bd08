import { beforeEach, expect, it, onTestFinished } from 'vitest'
import { PasswordChecker } from './password-checker.ts'

const right = Buffer.from('U*U*U*U*')
const bcrypt = '$2y$05$abcdefghijklmnopqrstuuF1QNFce4DfYnYJUcafR1v2/7XbWeLjK'
let now = 0
let problems: string[] = []

beforeEach(() => {
  now = 0
  problems = []
})

function createChecker(): PasswordChecker {
  const checker = new PasswordChecker(
    () => now,
    message => problems.push(message),
  )
  onTestFinished(() => checker.close())
  return checker
}

it('computes slow hashes elsewhere and remembers what is right', async () => {
  const checker = createChecker()
  const first = checker.check(right, bcrypt, 'a')
  expect(first).toBeInstanceOf(Promise)
  expect(await first).toBe(true)
  expect(checker.check(right, bcrypt, 'b')).toBe(true)
  now = 300_000
  expect(checker.check(right, bcrypt, 'b')).toBeInstanceOf(Promise)
})

it('remembers what is wrong for a short while', async () => {
  const checker = createChecker()
  expect(await checker.check(Buffer.from('no'), bcrypt, 'a')).toBe(false)
  expect(checker.check(Buffer.from('no'), bcrypt, 'a')).toBe(false)
  now = 10_000
  expect(await checker.check(Buffer.from('no'), bcrypt, 'a')).toBe(false)
})

it('asks anew when the hash is another', async () => {
  const checker = createChecker()
  await checker.check(right, bcrypt, 'a')
  const changed = bcrypt.replace('abcdef', 'abcdeg')
  expect(await checker.check(right, changed, 'a')).toBe(false)
})

it('checks fast forms at once', () => {
  const checker = createChecker()
  expect(checker.check(Buffer.from('x'), '{PLAIN}x', 'a')).toBe(true)
  expect(checker.check(Buffer.from('y'), '{PLAIN}x', 'a')).toBe(false)
  expect(checker.check(Buffer.from(''), '', 'a')).toBe(false)
})

it('holds no more questions than it may, and of one client only a part', async () => {
  const checker = createChecker()
  const ask = (password: string, client: string) => checker.check(Buffer.from(password), bcrypt, client)
  const ofOne = Array.from({ length: 20 }, (_, i) => ask(`one-${i}`, 'one'))
  const ofMany = Array.from({ length: 120 }, (_, i) => ask(`many-${i}`, `client-${i}`))
  const verdicts = await Promise.all([...ofOne, ...ofMany])
  expect(verdicts.slice(0, 20).filter(verdict => verdict === 'busy')).toHaveLength(4)
  expect(verdicts.filter(verdict => verdict === false)).toHaveLength(128)
  // What was not decided is not remembered as wrong.
  expect(await ask('one-19', 'one')).toBe(false)
})

it('asks once for many equal requests', async () => {
  const checker = createChecker()
  const verdicts = Array.from({ length: 200 }, () => checker.check(right, bcrypt, 'a'))
  expect(new Set(await Promise.all(verdicts))).toEqual(new Set([true]))
})

it('lets nobody in when it is closed', async () => {
  const checker = createChecker()
  const verdict = checker.check(right, bcrypt, 'a')
  checker.close()
  expect(await verdict).toBe('busy')
  expect(problems).toEqual([])
})
